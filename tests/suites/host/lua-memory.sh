#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 600
#
# Guards T9 and T13 in userspace, with the sanitizers: the memory limit, and every
# single allocation of lua/tests/sweep.lua failing in turn.

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/ktap.sh
. "$top/tests/lib/ktap.sh"

asan=$(make -s -C "$top/lua/host" path-asan)
endless='local t = {} while true do t[#t + 1] = ("x"):rep(100) .. #t end'
doubling='local s = "x" while true do s = s .. s end'
exhausted() { expect_fail "$1" -s 1 -m '^host-lua: not enough memory' "$asan" --mem "$2" -e "$3"; }

plan 10
try 'every allocation fails in turn' "$asan" --fail-sweep "$top/lua/tests/sweep.lua"
try 'every allocation fails in turn, without collections' \
	"$asan" --atomic --fail-sweep "$top/lua/tests/sweep.lua"
exhausted 'an endless table ends at 1,000,000 bytes' 1000000 "$endless"
exhausted 'an endless table ends at 100,000 bytes' 100000 "$endless"
exhausted 'a state does not fit in 10,000 bytes' 10000 "$endless"
exhausted 'a doubling string ends at its limit' 10000000 "$doubling"
exhausted 'a string of 1 GiB is refused' 10000000 'local s = ("x"):rep(1 << 30)'
try 'running out of memory can be caught' "$asan" --mem 1000000 -e \
	'local ok, e = pcall(string.rep, "x", 1 << 24) assert(not ok and e == "not enough memory")'
try 'garbage does not count for ever' "$asan" --mem 1000000 -e \
	'for i = 1, 10000 do local s = ("x"):rep(1000) .. i end'
try 'memory is collected in small steps, too' "$asan" --atomic --mem 10000000 -e \
	'local n = 0 for i = 1, 10000 do local s = ("x"):rep(500) .. i end'
finish
