# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Judges the KTAP of suites, strictly: a suite passes by saying so, never by
# saying nothing. Reads the stream of one boot (or of the host), in which
#
#	@@suite begin NAME
#	... what the suite printed ...
#	@@suite end NAME STATUS SECONDS
#
# frames each suite. Prints a line for each failure and one for each suite;
# appends "passed failed skipped" for each suite to the file `counts`.
# Variables: kernel, counts, logs (folder for what the suites printed).

function open_suite(s) {
	suite = s; planned = -1; seen = passed = failed = skipped = 0
	log_file = logs "/" kernel "." s ".log"
	printf "" > log_file
	showing = 0
}

function flaw(text) {
	failed++
	printf "not ok  %s: %s: %s\n", kernel, suite, text
	showing = 0
}

function close_suite(status, seconds) {
	if (planned < 0)
		flaw(seen ? "no plan" : "no plan and no result")
	else if (seen != planned)
		flaw("planned " planned " tests, " seen " reported")
	if (status == 124 || status == 137)
		flaw("took longer than its time limit")
	else if (status != 0 && !failed)
		flaw("exit status " status)
	printf "%-7s %-10s %-24s %4d passed %3d failed %3d skipped  %4d s%s\n", failed ? "FAILED" : "ok", kernel,
		suite, passed, failed, skipped, seconds, failed ? "  " log_file : ""
	print passed, failed, skipped >> counts
	fflush()
	close(counts)
	close(log_file)
	suite = ""
}

function plan(line,   n) {
	n = line
	sub(/^1\.\./, "", n)
	if (planned >= 0)
		return flaw("a second plan")
	if (seen)
		flaw("the plan comes after results")
	planned = n + 0
	if (planned == 0) {
		if (line ~ /# SKIP .*CONFIG_[A-Z0-9_]+/)
			skipped++
		else
			flaw("plans no test, without naming the kernel feature (CONFIG_...) that is missing")
	}
}

function result(line, good,   n, name) {
	n = line
	sub(/^(not )?ok +/, "", n)
	name = n
	if (n !~ /^[0-9]+/)
		return flaw("result without a number: " line)
	sub(/[^0-9].*/, "", n)
	sub(/^[0-9]+ *(- *)?/, "", name)
	seen++
	if (planned < 0 && seen == 1)
		flaw("results before a plan")
	if (n + 0 != seen)
		return flaw("result " n " where " seen " was due: " name)
	if (name == "" || name ~ /^#/)
		return flaw("result " n " has no name")
	if (name ~ /# *SKIP/)
		return skip(name)
	if (good) {
		passed++
		showing = 0
	} else {
		flaw(name)
		showing = 8
	}
}

function skip(name) {
	if (name !~ /# *SKIP .*CONFIG_[A-Z0-9_]+/)
		return flaw("skipped without naming the kernel feature (CONFIG_...) that is missing: " name)
	skipped++
}

/^@@suite begin / { open_suite($3); next }
/^@@suite end / {
	if (suite == "")
		next
	close_suite($4, $5)
	next
}
/^@@flaw / && suite != "" { flaw(substr($0, 8)); next }
suite == "" { next }
{ print >> log_file }
/^1\.\.[0-9]+/ { plan($0); next }
/^ok / { result($0, 1); next }
/^not ok / { result($0, 0); next }
/^Bail out!/ { flaw($0); next }
showing > 0 && /^ *#/ { print "        " $0; showing-- }

END {
	if (suite != "")
		flaw("the machine ended while it ran")
	if (suite != "")
		close_suite(0, 0)
}
