#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 300
#
# Guards T26 in userspace: whatever a script calls with whatever arguments, the
# sanitizers and Lua's own assertions find nothing. What Lua says does not matter.

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/ktap.sh
. "$top/tests/lib/ktap.sh"

asan=$(make -s -C "$top/lua/host" path-asan)

calls()
{
	status=0
	timeout 60 "$asan" --ms 2000 --mem 20000000 --stack 100000 "$top/lua/tests/calls.lua" "$1" \
		>"$KTAP_OUTPUT.run" 2>&1 || status=$?
	cat "$KTAP_OUTPUT.run"
	[ "$status" -le 1 ] && ! grep -aqE 'runtime error|Sanitizer|Assertion' "$KTAP_OUTPUT.run"
}

trap 'rm -f "$KTAP_OUTPUT" "$KTAP_OUTPUT.run"' EXIT
plan 20
for seed in $(seq 1 20); do
	try "3,000 calls at random, seed $seed" calls "$seed"
done
finish
