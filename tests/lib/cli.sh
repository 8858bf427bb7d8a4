# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=sh
#
# For suites that look at what commands print and how they exit: sourced.
#
#	cli_plan N		first of all: how many tests follow
#	cli_test NAME		ends the test before and begins the next
#	run COMMAND ...		runs it; then the checks look at what it left
#	is STATUS | out TEXT | out_has TEXT | err_has TEXT | quiet | silent
#	that COMMAND ...	the command succeeds
#	cli_done		last of all; fails if a test did
#
# A check that fails says so in a KTAP comment and marks the test.

cli_count=0
cli_failed=0
cli_name=
cli_good=true
cli_dir=$(mktemp -d)
status=

cli_plan() {
	echo "KTAP version 1"
	echo "1..$1"
}

cli_end() {
	[ -n "$cli_name" ] || return 0
	cli_count=$((cli_count + 1))
	if $cli_good; then
		echo "ok $cli_count $cli_name"
	else
		cli_failed=$((cli_failed + 1))
		echo "not ok $cli_count $cli_name"
	fi
}

cli_test() {
	cli_end
	cli_name=$1
	cli_good=true
}

cli_done() {
	cli_end
	rm -rf "$cli_dir"
	[ "$cli_failed" -eq 0 ]
}

cli_bad() {
	cli_good=false
	printf '%s\n' "$cli_name: $*" | sed 's/^/# /'
	for cli_stream in out err; do
		[ -s "$cli_dir/$cli_stream" ] || continue
		echo "#   standard $cli_stream:"
		head -c 2000 "$cli_dir/$cli_stream" | tr -d '\000' | sed 's/^/#     /'
		echo
	done
}

# shellcheck disable=SC2034
run() {
	status=0
	"$@" >"$cli_dir/out" 2>"$cli_dir/err" </dev/null || status=$?
}

# run, with the words before -- as standard input (printf's format)
run_with() {
	cli_input=$1
	shift
	status=0
	printf '%b' "$cli_input" | "$@" >"$cli_dir/out" 2>"$cli_dir/err" || status=$?
}

is() {
	[ "$status" = "$1" ] || cli_bad "exit status $status, wanted $1"
}

out() {
	printf '%s' "$1" | cmp -s - "$cli_dir/out" || cli_bad "standard out is not '$1'"
}

out_has() {
	grep -qF -e "$1" "$cli_dir/out" || cli_bad "no '$1' in standard out"
}

err_has() {
	grep -qF -e "$1" "$cli_dir/err" || cli_bad "no '$1' in standard err"
}

quiet() {
	[ ! -s "$cli_dir/out" ] || cli_bad "standard out is not empty"
}

silent() {
	[ ! -s "$cli_dir/err" ] || cli_bad "standard err is not empty"
}

that() {
	"$@" || cli_bad "failed: $*"
}
