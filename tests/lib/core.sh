# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# For the suites of the core (limits, loader, core, stress): scripts, the log,
# the clock. Sourced after ktap.sh; `top` is the tree.

SCRIPTS=/lib/modules/lua

# install_scripts FOLDER...: of tests/lua, below tests/ in the script root.
# shellcheck disable=SC2154
install_scripts()
{
	local folder

	mkdir -p "$SCRIPTS/tests"
	for folder in "$@"; do
		rm -rf "${SCRIPTS:?}/tests/$folder"
		cp -R "$top/tests/lua/$folder" "$SCRIPTS/tests/"
		chown -R 0:0 "$SCRIPTS/tests/$folder"
		chmod -R u=rwX,go=rX "$SCRIPTS/tests/$folder"
	done
}

# lua CHUNK: what it returns
lua() { lunatik -e "$1"; }

listed() { lunatik list | tr ',' '\n' | tr -d ' ' | grep -qxF "$1"; }

# counter NAME COLUMN: of a script that runs
counter()
{
	lunatik list -v | awk -v name="$1" -v column="$2" '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) field = i; next }
	$1 == name { print $field }'
}

# now_ms: a clock
now_ms() { date +%s%3N; }

# log_mark: the sequence number that the log's next record will have; log_since
# MARK: the records since, as /dev/kmsg gives them.
log_all() { dd if=/dev/kmsg iflag=nonblock bs=8192 2>/dev/null || true; }

log_mark()
{
	echo "tests: mark $$.$RANDOM" >/dev/kmsg
	log_all | grep -v '^ ' | tail -n 1 | cut -d, -f2
}

log_since() { log_all | awk -F, -v mark="$1" '/^ / { if (on) print; next } { on = $2 > mark + 0 } on'; }

log_has() { log_all | grep -qF -e "$1"; }

# within MS NAME COMMAND...: it succeeds, and as soon as that
within()
{
	local limit=$1 name=$2 start status=0 spent

	shift 2
	start=$(now_ms)
	"$@" >"$KTAP_OUTPUT" 2>&1 </dev/null || status=$?
	spent=$(($(now_ms) - start))
	echo "# $spent ms: $*"
	if [ "$status" = 0 ] && [ "$spent" -le "$limit" ]; then
		ok "$name"
	else
		not_ok "$name" "status $status after $spent ms: $(head -n 3 "$KTAP_OUTPUT")"
	fi
}

# errno NAME: its number
errno() { lua "return require('linux').errno.${1#E}"; }

# healthy: Lua answers, and nothing runs that should not
healthy() { [ "$(lua 'return 6 * 7')" = 42 ] && [ -z "$(lunatik list)" ]; }
