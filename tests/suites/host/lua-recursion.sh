#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 300
#
# Guards T11 in userspace: every recursion of lua/tests/recursion.lua ends in a Lua
# error on stacks as small as the kernel's, and never touches the last 3 KiB.

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/ktap.sh
. "$top/tests/lib/ktap.sh"

floor=3072
host=$(make -s -C "$top/lua/host" path-plain)
cases=$("$host" "$top/lua/tests/recursion.lua")

# everywhere STACK NAME: with a little more stack, too: where a limit hits differs
everywhere()
{
	for more in 0 112 240 368 480 624 752 880 1008 1136 1280; do
		case_on $(($1 + more)) "$2" || return 1
	done
}

# case_on STACK NAME: exit status 0, and the stack below the limit untouched
case_on()
{
	"$host" --report --stack "$1" "$top/lua/tests/recursion.lua" "$2" >"$KTAP_OUTPUT.run" 2>&1 || {
		cat "$KTAP_OUTPUT.run"
		return 1
	}
	left=$(sed -n 's/.*stack left \(-*[0-9]*\).*/\1/p' "$KTAP_OUTPUT.run")
	echo "stack left: $left"
	[ "$left" -ge "$floor" ]
}

trap 'rm -f "$KTAP_OUTPUT" "$KTAP_OUTPUT.run"' EXIT
# shellcheck disable=SC2086 # words
set -- $cases
plan $(($# * 2))
for stack in 11000 16384; do
	for name; do
		try "$name ends with $stack bytes of stack, 3 KiB left" everywhere "$stack" "$name"
	done
done
finish
