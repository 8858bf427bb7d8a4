# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=sh
# For suites written in shell: KTAP, and waiting for conditions. Sourced.
#
#	. "$(dirname "$0")/../../lib/ktap.sh"
#	plan 3
#	try 'the device is there' test -c /dev/lunatik
#	expect_fail 'a missing script is refused' lunatik run nosuch
#	skip 'CPUs take turns' 'CONFIG_SMP is not set'
#	finish

KTAP_PLANNED=0
KTAP_SEEN=0
KTAP_FAILED=0
KTAP_OUTPUT=${TMPDIR:-/tmp}/ktap.$$
trap 'rm -f "$KTAP_OUTPUT"' EXIT

# plan COUNT: first of all, so that a suite that ends early is noticed.
plan()
{
	KTAP_PLANNED=$1
	echo 'KTAP version 1'
	echo "1..$1"
}

ok() { KTAP_SEEN=$((KTAP_SEEN + 1)); echo "ok $KTAP_SEEN - $1"; }

# not_ok NAME [DETAIL]
not_ok()
{
	KTAP_SEEN=$((KTAP_SEEN + 1))
	KTAP_FAILED=$((KTAP_FAILED + 1))
	echo "not ok $KTAP_SEEN - $1"
	[ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# skip NAME REASON: the reason names the kernel feature (CONFIG_...) that is missing.
skip() { KTAP_SEEN=$((KTAP_SEEN + 1)); echo "ok $KTAP_SEEN - $1 # SKIP $2"; }

# try NAME COMMAND...: the command succeeds. What it printed is shown if not,
# and can be looked at with `output` afterwards.
try()
{
	ktap_name=$1 ktap_status=0
	shift
	"$@" >"$KTAP_OUTPUT" 2>&1 </dev/null || ktap_status=$?
	if [ "$ktap_status" = 0 ]; then
		ok "$ktap_name"
	else
		not_ok "$ktap_name" "exit status $ktap_status: $*
$(tail -n 6 "$KTAP_OUTPUT")"
	fi
}

# expect_fail NAME [-s STATUS] [-m PATTERN] COMMAND...: the command fails, with
# that status, with a message that matches.
expect_fail()
{
	ktap_name=$1 ktap_want="" ktap_message=.
	shift
	[ "$1" != -s ] || { ktap_want=$2; shift 2; }
	[ "$1" != -m ] || { ktap_message=$2; shift 2; }
	ktap_status=0
	"$@" >"$KTAP_OUTPUT" 2>&1 </dev/null || ktap_status=$?
	if [ "$ktap_status" = 0 ] || [ "$ktap_status" != "${ktap_want:-$ktap_status}" ]; then
		not_ok "$ktap_name" "exit status $ktap_status${ktap_want:+, not $ktap_want}: $*
$(tail -n 6 "$KTAP_OUTPUT")"
	elif ! grep -qE -e "$ktap_message" "$KTAP_OUTPUT"; then
		not_ok "$ktap_name" "no message like '$ktap_message': $*
$(tail -n 6 "$KTAP_OUTPUT")"
	else
		ok "$ktap_name"
	fi
}

# is NAME WANT GOT
is()
{
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "want: $2
got:  $3"; fi
}

# like NAME PATTERN GOT
like()
{
	if printf '%s\n' "$3" | grep -qE -e "$2"; then ok "$1"; else not_ok "$1" "want: $2
got:  $3"; fi
}

# What the command of the last try or expect_fail printed.
output() { cat "$KTAP_OUTPUT"; }

# wait_for SECONDS COMMAND...: until the command succeeds; fails when it never does.
wait_for()
{
	ktap_until=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$ktap_until" ] || return 1
		sleep 0.05
	done
}

# The suite's last line.
finish() { [ "$KTAP_FAILED" = 0 ] && [ "$KTAP_SEEN" = "$KTAP_PLANNED" ]; }
