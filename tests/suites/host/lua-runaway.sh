#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 600
#
# Guards T12 in userspace: every script of lua/tests/runaway.lua is ended by its time
# limit, noticed within 10 ms of processor time, and nothing of
# lua/tests/doom.lua catches that.

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/ktap.sh
. "$top/tests/lib/ktap.sh"

host=$(make -s -C "$top/lua/host" path-plain)
asan=$(make -s -C "$top/lua/host" path-asan)
runaways=$("$host" "$top/lua/tests/runaway.lua")
dooms=$("$host" "$top/lua/tests/doom.lua")

# ended PROGRAM FILE NAME: by the limit, with nothing printed by the script
ended()
{
	status=0
	timeout 60 "$1" --report --ms 50 --mem 100000000 "$2" "$3" >"$KTAP_OUTPUT.out" \
		2>"$KTAP_OUTPUT.err" || status=$?
	cat "$KTAP_OUTPUT.out" "$KTAP_OUTPUT.err"
	[ "$status" = 1 ] && [ ! -s "$KTAP_OUTPUT.out" ] &&
		grep -q ': ran for too long (50 ms)$' "$KTAP_OUTPUT.err"
}

soon()
{
	ended "$host" "$top/lua/tests/runaway.lua" "$1" || return 1
	late=$(sed -n 's/.*late \([0-9]*\) us.*/\1/p' "$KTAP_OUTPUT.err")
	[ "$late" -le 10000 ]
}

trap 'rm -f "$KTAP_OUTPUT" "$KTAP_OUTPUT.out" "$KTAP_OUTPUT.err"' EXIT
# shellcheck disable=SC2086 # words
plan $(($(set -- $runaways; echo $#) + 2 * $(set -- $dooms; echo $#)))
for name in $runaways; do
	try "$name is ended within 10 ms of its limit" soon "$name"
done
for name in $dooms; do
	try "$name does not escape" ended "$host" "$top/lua/tests/doom.lua" "$name"
	try "$name does not escape, sanitizers silent" ended "$asan" "$top/lua/tests/doom.lua" "$name"
done
finish
