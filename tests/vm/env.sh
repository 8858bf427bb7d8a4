# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# What every script of the rig shares: where things live, and how to say
# what is going on. Sourced, never run.

export LC_ALL=C
umask 022

VM_DIR=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
TOP=$(CDPATH='' cd -- "$VM_DIR/../.." && pwd)
CACHE=${LUNATIK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/lunatik}
SRC=${SRC:-$TOP}			# the tree that is built; tests of the rig set their own
KERNELS="6.1 6.12 uml uml-debug"	# what can be booted
mkdir -p "$CACHE"

# Progress and errors go to stderr: stdout belongs to what was asked for.
say() { printf '[%s] %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# lock NAME: one builder at a time for NAME; released when the shell ends.
lock()
{
	mkdir -p "$CACHE/locks"
	exec {LOCK_FD}>"$CACHE/locks/$1"
	flock -n "$LOCK_FD" || { say "waiting for another build of $1"; flock "$LOCK_FD"; }
}

unlock() { exec {LOCK_FD}>&-; }

# progress LABEL EVERY [TOTAL]: one line for every EVERY lines read.
progress()
{
	awk -v label="$1" -v every="$2" -v total="${3:-0}" '
	function show() {
		pct = total ? sprintf(" (about %d%%)", n * 100 / total > 99 ? 99 : n * 100 / total) : ""
		printf "[%s] %s: %d files%s\n", strftime("%H:%M:%S"), label, n, pct > "/dev/stderr"
	}
	/^  (CC|AS|LD|AR)/ { if (!(++n % every)) show() }' 2>/dev/null || cat >/dev/null
}
