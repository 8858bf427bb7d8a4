# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=sh
# Suites in which each allocation of a step fails in turn; on uml-debug. Sourced by
# tests/suites/vm/NAME-fail, which have a NAME-fail.lua beside them: it makes
# /dev/t-fail, where writing the name of a step does it, and reading says "good" or
# what went wrong.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
# shellcheck source=tests/lib/cli.sh
. "$top/tests/lib/cli.sh"

# quietly, and allocations that may wait too
inject()
{
	for fault in failslab fail_page_alloc fail_usercopy; do
		echo 0 >"/sys/kernel/debug/$fault/verbose"
	done
	for fault in failslab fail_page_alloc; do
		echo N >"/sys/kernel/debug/$fault/ignore-gfp-wait"
	done
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
}

# fail_step NAME:FAILURES: how many failures it must meet at least
fail_step()
{
	cli_test "${1%:*}, with each allocation failing"
	run /tmp/devtool /dev/t-fail "failnth:write:${1%:*}"
	is 0
	failures=$(sed -n 's/^failnth //p' "$cli_dir/out")
	echo "# ${failures:-0} failures"
	[ "${failures:-0}" -ge "${1#*:}" ] || cli_bad "only ${failures:-0} failures were met"
}

good()
{
	run cat /dev/t-fail
	out 'good
'
}

# fail_suite SCRIPT STEP:FAILURES...
fail_suite()
{
	script=$1
	shift
	mkdir -p /lib/modules/lua/tests
	cp "$here/$script.lua" /lib/modules/lua/tests/
	cc -O1 -o /tmp/devtool "$top/tests/helpers/devtool.c"
	inject
	cli_plan $(($# + 2))
	lunatik run "tests/$script" >/dev/null
	for step in "$@"; do
		fail_step "$step"
	done
	cli_test "what was done is right, and every failure was told"
	good
	cli_test "everything works afterwards, and nothing is left"
	for step in "$@"; do
		run /tmp/devtool /dev/t-fail "write:${step%:*}"
		out_has "write $(printf %s "${step%:*}" | wc -c)"
	done
	good
	run lunatik stop "tests/$script"
	is 0
	cli_done
}
