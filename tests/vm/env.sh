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
# Debian's own, from the oldest to the newest; what `make test` runs on; and what can be booted.
# shellcheck disable=SC2034
STOCK="6.1 6.12 7.3" MATRIX="$STOCK uml-debug" KERNELS="$STOCK uml uml-debug debug"
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

# progress LABEL EVERY TOTAL: of kbuild's output, one line for every EVERY files of about TOTAL.
progress()
{
	local line n=0

	while read -r line; do
		case $line in 'CC '* | 'AS '* | 'LD '* | 'AR '*) n=$((n + 1)) ;; *) continue ;; esac
		[ $((n % $2)) != 0 ] || say "$1: $n files ($((n * 100 / $3 > 99 ? 99 : n * 100 / $3))%)"
	done
}
