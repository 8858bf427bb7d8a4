# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# For the suites of scripts that serve TCP (echod, shared): their threads and
# ports. Sourced after core.sh.

# threads PATTERN: how many kernel threads have a name like that
threads() { cat /proc/[0-9]*/comm 2>/dev/null | grep -c -e "$1" || true; }

running() { [ "$(threads "^$1\$")" -ge 1 ]; }

no_threads() { [ "$(threads "$1")" = 0 ]; }

# listening PORT: as /proc/net/tcp has it, state 0A
listening() { awk -v port="$(printf ':%04X' "$1")" '$2 ~ port "$" && $4 == "0A" { found = 1 } END { exit !found }' /proc/net/tcp; }

unheard() { ! listening "$1"; }

# background COMMAND...: its process number is in JOB, what it prints in a file $JOB_OUT
background()
{
	JOB_OUT=$(mktemp)
	"$@" >"$JOB_OUT" 2>&1 </dev/null &
	export JOB=$!
}

# job_says PATTERN: of the last one
job_says() { grep -q -e "$1" "$JOB_OUT"; }

# logged_since MARK PATTERN: how many lines of the log
logged_since() { log_since "$1" | grep -c -e "$2" || true; }
