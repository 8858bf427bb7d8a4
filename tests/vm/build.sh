#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# build.sh KERNEL: builds this tree for a kernel of the cache (or arm64, which is
# only compiled: prints the build folder) and installs it
# into a staging root (with the modules that only tests load), and prints that root. The checkout is not written to:
# the sources are mirrored into the cache and built there. Any warning, of the
# compiler, objtool, modpost or depmod, is an error.

set -euo pipefail
. "$(dirname "$0")/env.sh"
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL CMD SHARE

NAME=$1
env=$("$VM_DIR/kernel.sh" "$NAME")
eval "$env"
ID=$NAME$([ "$SRC" = "$TOP" ] || echo "-$(echo "$SRC" | sha256sum | cut -c1-8)")
BUILD=$CACHE/build/$ID
STAGE=$CACHE/stage/$ID		# a link to the newest of $STAGE.*
LOG=$BUILD.log

# What has to be rebuilt; prints nothing when the mirror is up to date.
mirror()
{
	mkdir -p "$BUILD"
	rsync -ai --delete --filter=':- .gitignore' --exclude=/.git --exclude=/docs --exclude=/bench \
		--exclude='/*.md' --exclude=/tests/suites --exclude=/tests/vm --exclude=/tests/run \
		--exclude=/tests/lib --exclude=/tests/check "$SRC/" "$BUILD/" | grep -v '^\.d' || true
}

# The modules of the kernel, by hard links, below a merged /usr as in the guest.
skeleton()
{
	mkdir -p "$1/usr/lib/modules"
	ln -s usr/lib "$1/lib"
	cp -al "$KERNEL_MODULES" "$1/usr/lib/modules/" 2>/dev/null || cp -a "$KERNEL_MODULES" "$1/usr/lib/modules/"
	ln -s "$KERNEL_BUILD" "$1/usr/lib/modules/$KERNEL_RELEASE/build"
}

compile()
{
	local -a args

	read -ra args <<<"$KERNEL_MAKE"
	[ ! -e "$BUILD.failed" ] || $KERNEL_RUN make -s -C "$KERNEL_BUILD" "${args[@]}" M="$BUILD" clean
	touch "$BUILD.failed"
	nice make --no-print-directory -C "$BUILD" -j"$(nproc)" KERNEL_RELEASE="$KERNEL_RELEASE" MODULES_BUILD_PATH="$KERNEL_BUILD" \
		KERNEL_MAKE="$KERNEL_MAKE" KERNEL_RUN="$KERNEL_RUN" VMLINUZ="$KERNEL_IMAGE" DESTDIR="$1" PREFIX=/usr/local TESTS=1 \
		install examples_install $EBPF >"$LOG" 2>&1 || fail "does not build"
	! complaints >/dev/null || fail "builds with warnings"
	rm -f "$BUILD.failed"
}

# BPF programs, on a machine that was made for tests: deps.sh test has brought the compiler
EBPF=
if command -v clang >/dev/null && [ -e /usr/include/bpf/bpf_helpers.h ]; then EBPF=ebpf_install; fi

complaints() { grep -iE 'warning:|error:|\*\*\* ' "$LOG" | grep -vE "compiler differs|[Cc]lock skew|missing 'System.map' file"; }

fail()
{
	complaints >&2 || tail -30 "$LOG" >&2
	touch "$BUILD.failed"
	rm -rf "${NEW:-}"
	die "$NAME: the tree $1 (log $LOG)"
}

# Older roots go when no machine runs on them (run holds a lock).
sweep()
{
	local root

	for root in "$STAGE".*; do
		[ "$root" -ef "$STAGE" ] || [ -n "$(find "$root" -maxdepth 0 -mmin -2)" ] ||
			flock -n "$root" rm -rf "$root" || true
	done
}

stage()
{
	NEW=$STAGE.$(date +%s%N)
	rm -f "$STAGE"
	skeleton "$NEW"
	compile "$NEW"
	echo "$stamp" >"$NEW/.stamp"
	ln -s "$NEW" "$STAGE"
	sweep
}

# Modules alone, for a machine that is not this one.
cross()
{
	"$VM_DIR/deps.sh" arm64
	mirror >/dev/null
	nice make --no-print-directory -C "$BUILD" -j"$(nproc)" KERNEL_RELEASE="$KERNEL_RELEASE" \
		MODULES_BUILD_PATH="$KERNEL_BUILD" KERNEL_MAKE="$KERNEL_MAKE" TESTS=1 modules >"$LOG" 2>&1 ||
		fail "does not build"
	! complaints >/dev/null || fail "builds with warnings"
	echo "$BUILD"
	exit
}

lock "build-$ID"
[ "$NAME" != arm64 ] || cross
changes=$(mirror)
stamp="$KERNEL_DIR $(sha256sum <"$0") $EBPF"
if [ -n "$changes" ] || [ "$(cat "$STAGE/.stamp" 2>/dev/null)" != "$stamp" ]; then
	say "$NAME: building Lunatik"
	stage
fi
realpath "$STAGE"
