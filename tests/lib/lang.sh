# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=sh
# For the suites that run the language suite: many files, one KTAP text. Sourced;
# the suite then defines `under KIND [FILE]`, which prints the KTAP text of a file
# (without one: the names of all files) and calls run_lang with the kinds.

LANG_WORK=$(mktemp -d)
trap 'rm -rf "$LANG_WORK"' EXIT

# merge KIND FILE: adds the results of one file; a text that does not hold what its
# plan says is a failure of its own.
merge()
{
	awk -v kind="$1" -v file="$2" -v total="$LANG_WORK/total" '
		BEGIN { getline n < total; close(total); first = n; planned = -1; note = "" }
		{ last = $0 }
		/^1\.\.[0-9]+$/ { planned = substr($0, 4) + 0; next }
		/^(not )?ok [0-9]+ - / {
			n++
			good = /^ok/
			sub(/^[^-]*- /, "")
			printf "%s %d - %s: %s\n", good ? "ok" : "not ok", n, kind, $0
			next
		}
		/^#/ { print; next }
		!/^KTAP/ { note = note "# " $0 "\n" }
		END {
			if (planned <= 0 || n - first != planned || last !~ /^# .* checks, [0-9]+ failed$/)
				printf "not ok %d - %s: %s: ended early\n%s", ++n, kind, file, note
			print n > total
		}' "$LANG_WORK/text" >>"$LANG_WORK/results"
}

# run_lang KINDS
run_lang()
{
	echo 0 >"$LANG_WORK/total"
	for kind in $1; do
		files=$(under "$kind")
		for file in $files; do
			under "$kind" "$file" >"$LANG_WORK/text" 2>&1 || echo "exit status $?" >>"$LANG_WORK/text"
			merge "$kind" "$file"
		done
		[ -n "$files" ] || { echo 'Bail out! the list of files is empty'; return 1; }
	done
	echo 'KTAP version 1'
	echo "1..$(cat "$LANG_WORK/total")"
	cat "$LANG_WORK/results"
	! grep -q '^not ok' "$LANG_WORK/results"
}
