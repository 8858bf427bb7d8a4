#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 900
#
# The test system itself: whatever keeps a suite from having run, or its kernel
# from being healthy, must show as a failure. Guards trap T28: breaks something
# on purpose, each time, and wants to see red.

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/ktap.sh
. "$top/tests/lib/ktap.sh"

cache=${LUNATIK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lunatik}
# User-Mode Linux boots in a second, but only if it has been compiled.
if [ -e "$cache/env/uml" ]; then guest=uml; else guest=6.1; fi
fakes=$(mktemp -d)
trap 'rm -rf "$fakes" "$KTAP_OUTPUT"' EXIT
unset KERNEL VM_NOLOAD

# suite WHERE [HEADER]: standard input is the only suite there is.
suite()
{
	rm -rf "${fakes:?}"/* && mkdir -p "$fakes/host" "$fakes/vm"
	{ printf '#!/bin/sh\n# %s\n' "${2-}"; cat; } >"$fakes/$1/fake"
	chmod +x "$fakes/$1/fake"
}

harness() { TEST_SUITES=$fakes "$top/tests/run" --on "$1"; }

# red NAME WHERE REASON: the run of that suite fails, gives the reason and counts it.
red()
{
	expect_fail "$1" -s 1 -m "$3" harness "$2"
	last=$(output | tail -n 1)
	like "$1: counted" '^[0-9]+ passed, [1-9][0-9]* failed, [0-9]+ skipped$' "$last"
}

plan 39

suite host <<<'echo 1..2; echo ok 1 - a; echo ok 2 - b'
try 'a good suite is good' harness host
is 'the last line counts' '2 passed, 0 failed, 0 skipped' "$(output | tail -n 1)"

suite host <<<'echo ok 1 - a'
red 'no plan' host 'fake: (no plan|results before a plan)'
suite host <<<':'
red 'no output at all' host 'fake: no plan and no result'
suite host <<<'echo 1..2; echo ok 1 - a'
red 'fewer tests than planned' host 'fake: planned 2 tests, 1 reported'
suite host <<<'echo 1..1; echo ok 1 - a; echo ok 2 - b'
red 'more tests than planned' host 'fake: planned 1 tests, 2 reported'
suite host <<<'echo ok 1 - a; echo 1..1'
red 'the plan at the end' host 'fake: results before a plan'
suite host <<<'echo 1..2; echo ok 1 - a; echo ok 1 - a'
red 'a test twice' host 'fake: result 1 where 2 was due'
suite host <<<'echo 1..1; echo ok 1 - a; exit 3'
red 'a status other than 0' host 'fake: exit status 3'
suite host <<<'echo 1..2; echo ok 1 - a; echo not ok 2 - bad thing'
red 'a failed test' host 'host: fake: bad thing'
suite host <<<'echo "1..1"; echo "ok 1 - a # SKIP no time"'
red 'a skip that names no kernel feature' host 'fake: skipped without naming'
suite host <<<'echo "1..1"; echo "ok 1 - a # SKIP CONFIG_SMP is not set"; exit 0'
expect_fail 'nothing but skips' -s 1 -m 'no test ran' harness host
suite host <<<'echo "1..0 # SKIP later"'
red 'a suite that plans nothing' host 'fake: plans no test'
suite host 'timeout: 1' <<<'echo 1..1; echo ok 1 - a; sleep 60'
red 'a suite that hangs' host 'fake: took longer'
rm -f "$fakes"/*/fake
expect_fail 'no suite at all' -s 1 -m 'no test ran' harness host

suite vm <<<'echo 1..1; echo ok 1 - a'
expect_fail 'a kernel out of the matrix that the suite does not name' -s 1 -m 'no test ran' harness debug
like 'it is said how to get there' "debug: none of the suites is for it, says their '# on:'" "$(output)"
suite vm 'on: oldest uml' <<<'echo 1..1; echo ok 1 - a'
expect_fail 'nor does one for the oldest kernel run on the newest' -s 1 -m '7.3: none of the suites' harness 7.3

export VM_NOLOAD=1
suite vm <<<'echo 1..1; echo "BUG: on purpose" >/dev/kmsg; dmesg -C; echo ok 1 - a'
red 'a splat, even one cleared from dmesg' "$guest" 'fake: on the console: .*BUG: on purpose'
suite vm <<<'echo 1..1; echo ok 1 - a; echo c >/proc/sysrq-trigger; sleep 60'
red 'a kernel that dies' "$guest" 'fake: the machine ended while it ran'
suite vm <<<'echo 1..1; echo ok 1 - a; busybox poweroff -f; sleep 60'
red 'a machine that goes away' "$guest" 'fake: the machine ended while it ran'
suite vm <<<'echo 1..1; echo ok 1 - a; exit 3'
red 'a status other than 0, in a guest' "$guest" "$guest: fake: exit status 3"
suite vm <<<'echo 1..1; echo ok 1 - a; sleep 60 &'
red 'a process that stays' "$guest" 'fake: it left a process running: sleep 60'
finish
