#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# kernel.sh KERNEL: makes sure that a kernel is in the cache, with what is
# needed to build modules for it and to boot it, and prints where, as shell
# assignments. KERNEL is 6.1, 6.12, 7.3 (stock Debian), uml, uml-debug, debug
# (compiled here from Debian's source) or arm64 (headers only, to cross-compile).
#
# kernel.sh --relock: pins the newest versions of the archive in kernels.lock.

set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/apt.sh"

# What a package asks for, among the kernel's.
parts() { papt apt-cache depends "$1" | awk -v p="$2" '/Depends: linux-/ { sub(/:.*/, "", $2); if ($2 ~ p) print $2 }'; }

# headers_of SERIES ARCH: the newest package with headers; when Debian has left a 7.x behind, of the newest 7.x.
headers_of()
{
	local series=${1//./\\.} found

	found=$(newest "linux-headers-$series(\.[0-9]+)*(-[0-9]+|[+]deb1[23][.0-9]*)-$2")
	[ -n "$found" ] || case $1 in 7.*) found=$(newest "linux-headers-7(\.[0-9]+)+[+]deb13[.0-9]*-$2") ;; esac
	echo "$found"
}

# newest_of KERNEL: "package version -" lines for the newest of the series.
newest_of()
{
	local series=$1 arch=amd64 headers release package

	apt_lists
	case $1 in
	uml* | debug) with_version "$(newest 'linux-source-6\.12')"; return ;;
	arm64) series=6.1 arch=arm64 ;;
	esac
	headers=$(headers_of "$series" "$arch")
	[ -n "$headers" ] || die "$1: the archive has no headers of that series"
	release=${headers#linux-headers-}
	for package in "$headers" "linux-headers-${release%-"$arch"}-common" $(parts "$headers" '^linux-kbuild'); do
		with_version "$package"
	done
	[ "$1" != arm64 ] || return 0
	for package in "linux-image-$release" $(parts "linux-image-$release" "^linux-(base|binary|modules)-[0-9]"); do
		with_version "$package"
	done
}

with_version()
{
	local version

	version=$(versions "$1" | head -n 1)
	[ -n "$version" ] || die "$1: not in the archive"
	echo "$1 $version -"
}

# packages KERNEL: what to fetch, the pinned versions if they can be had.
packages()
{
	local package version sum

	while read -r package version sum; do
		[ ! -e "$APT_DIR/archives/${package}_${version}.deb" ] || continue
		apt_lists
		available "$package" "$version" && continue
		set -- "$1" "$(newest_of "$1")"
		say "$1: $package $version is gone from the archive; using $(awk 'NR == 1 { print $2 }' <<<"$2")," \
			"the newest of its series (signature verified by apt)"
		printf '%s\n' "$2"
		return
	done <<<"$(locked "$1")"
	locked "$1"
}

unpack()
{
	local package version sum file

	while read -r package version sum; do
		file=$(fetch "$package" "$version" "$sum")
		say "unpacking $package"
		dpkg-deb -x "$file" "$1"
	done
}

# Modules that a virtual machine can use; the rest only costs time at depmod.
prune()
{
	local keep='block|char|crypto|hid|input|net|tty|vhost|virtio|uio' net='bonding|can|ipvlan|macvlan|netdevsim|team|vxlan|wireguard'

	rm -rf "$1/kernel/sound" "$1/kernel/arch/x86/kvm"
	find "$1/kernel/drivers" -mindepth 1 -maxdepth 1 -type d -regextype egrep \
		! -regex ".*/($keep)" -exec rm -rf {} +
	find "$1/kernel/drivers/net" -mindepth 1 -maxdepth 1 -type d -regextype egrep \
		! -regex ".*/($net|wireless)" -exec rm -rf {} +
	find "$1/kernel/drivers/net/wireless" -type f ! -name 'mac80211_hwsim.ko*' -delete
	find "$1/kernel" -name '*.ko.xz' -print0 | xargs -0 -r -n 64 -P "$(nproc)" unxz
}

# Debian's headers name /usr/src; here they live elsewhere.
relocate()
{
	local root=$1 release=$2

	sed -i "s#/usr/src/#$root/usr/src/#" "$root/usr/src/linux-headers-$release/Makefile"
	rm -f "$root/lib/modules/$release/build" "$root/lib/modules/$release/source"
}

# What builds modules where this machine's libraries are too old: make, the compiler and what
# kbuild calls, unpacked side by side with their libraries (chroot.sh runs them; nothing is configured).
CHROOT_PACKAGES='base-files bash binutils coreutils dash diffutils dwarves findutils gcc gcc-14 grep kmod make mawk sed xz-utils'

chroot_tree()
{
	local file

	CHROOT=$STORE/chroot-trixie-$(echo "$CHROOT_PACKAGES" | sha256sum | cut -c1-12)
	[ ! -e "$CHROOT/.done" ] || return 0
	apt_lists
	say "apt: tools of trixie, to build modules with (about 70 MB)"
	rm -rf "$CHROOT" && mkdir -p "$CHROOT/deb/partial" "$CHROOT/root"
	# shellcheck disable=SC2086
	papt apt-get -o Debug::NoLocking=1 -o Dir::Cache::archives="$CHROOT/deb" -qq -y --no-install-recommends \
		--download-only install $CHROOT_PACKAGES >&2 || die 'cannot download the tools of trixie'
	for file in "$CHROOT"/deb/base-files_*.deb "$CHROOT"/deb/*.deb; do	# its links come first: /lib is /usr/lib
		dpkg-deb -x "$file" "$CHROOT/root"
	done
	ln -sf mawk "$CHROOT/root/usr/bin/awk"
	rm -rf "$CHROOT/deb" "$CHROOT"/root/usr/share/{doc,man,locale,info}
	touch "$CHROOT/.done"
}

stock()
{
	local name=$1 list=$2 version release root image

	version=$(awk 'NR == 1 { print $2 }' <<<"$list")
	release=$(awk '$1 ~ /^linux-image/ { print substr($1, 13) }' <<<"$list")
	KERNEL_DIR=$STORE/$name-$version
	root=$KERNEL_DIR/root
	if [ ! -e "$KERNEL_DIR/.done" ]; then
		rm -rf "$KERNEL_DIR" && mkdir -p "$root"
		unpack "$root" <<<"$list"
		[ -e "$root/lib" ] || ln -s usr/lib "$root/lib"
		prune "$root/lib/modules/$release"
		relocate "$root" "$release"
		depmod -b "$root" "$release"
		touch "$KERNEL_DIR/.done"
	fi
	image=$root/boot/vmlinuz-$release
	[ -e "$image" ] || image=$root/usr/lib/modules/$release/vmlinuz
	result "$name" "$release" "$image" "$root/usr/src/linux-headers-$release" ''
}

cross()
{
	local version release root

	version=$(awk '$1 ~ /-arm64$/ { print $2 }' <<<"$1")
	release=$(awk '$1 ~ /-arm64$/ { print substr($1, 15) }' <<<"$1")
	KERNEL_DIR=$STORE/arm64-$version
	root=$KERNEL_DIR/root
	if [ ! -e "$KERNEL_DIR/.done" ]; then
		rm -rf "$KERNEL_DIR" && mkdir -p "$root"
		unpack "$root" <<<"$1"
		relocate "$root" "$release"
		touch "$KERNEL_DIR/.done"
	fi
	result arm64 "$release" '' "$root/usr/src/linux-headers-$release" \
		'ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-'
}

configs()
{
	cat "$VM_DIR/uml.config"
	[ "$1" = uml ] || cat "$VM_DIR/uml-debug.config"
	[ "$1" != debug ] || cat "$VM_DIR/debug.config"
}

# The configuration of a kernel: the later fragment wins, and can take a setting back.
fragment()
{
	configs "$1" | awk -F= '
	/^# CONFIG_.* is not set/ { split($0, word, " "); delete line[word[2]]; next }
	/^CONFIG_/ {
		if (!($1 in seen)) order[++n] = $1
		seen[$1] = 1
		line[$1] = $0
	}
	END { for (i = 1; i <= n; i++) if (order[i] in line) print line[order[i]] }'
}

source_tree()
{
	SOURCE=$STORE/source-6.12-$2
	[ ! -e "$SOURCE/.done" ] || return 0
	lock source
	if [ ! -e "$SOURCE/.done" ]; then
		rm -rf "$SOURCE" && mkdir -p "$SOURCE/deb"
		unpack "$SOURCE/deb" <<<"$1"
		tar -C "$SOURCE" -xf "$SOURCE/deb/usr/src/linux-source-6.12.tar.xz"
		mv "$SOURCE/linux-source-6.12" "$SOURCE/linux"
		rm -rf "$SOURCE/deb"
		touch "$SOURCE/.done"
	fi
	unlock
}

configure()
{
	local missing

	mkdir -p "$KERNEL_DIR/build"
	fragment "$1" >"$KERNEL_DIR/fragment"
	[ -e "$KERNEL_DIR/build/.config" ] || make -s -C "$SOURCE/linux" O="$KERNEL_DIR/build" "${ARGS[@]}" \
		KCONFIG_ALLCONFIG="$KERNEL_DIR/fragment" allnoconfig >&2
	missing=$(grep -vxF -f "$KERNEL_DIR/build/.config" "$KERNEL_DIR/fragment" || true)
	[ -z "$missing" ] || die "$1: the kernel does not take these settings: $missing"
}

# how KERNEL: what make wants to hear, what it makes, and the files that it compiles (for the percentage only).
how()
{
	case $1 in
	uml*) ARGS=(ARCH=um SUBARCH=x86_64) IMAGE=linux TARGETS=() FILES=1350 ;;
	debug) ARGS=(ARCH=x86_64) IMAGE=vmlinux TARGETS=(vmlinux modules) FILES=1600 ;;
	esac
}

# Debugging information has done its work when BTF is made of it; it is most of the size.
slim()
{
	[ "$1" = debug ] || return 0
	strip --strip-debug "$KERNEL_DIR/build/vmlinux"
	find "$KERNEL_DIR/build" \( -name tools -o -name scripts \) -prune -o \
		\( -name '*.o' -o -name '*.a' \) -exec rm -f {} +
}

compiled()
{
	local name=$1 list=$2 version key release

	version=$(awk 'NR == 1 { print $2 }' <<<"$list")
	key=$({ echo "$version"; gcc -dumpfullversion; configs "$name"; } | sha256sum | cut -c1-12)
	KERNEL_DIR=$STORE/$name-$version-$key
	source_tree "$list" "$version"
	how "$name"
	if [ ! -e "$KERNEL_DIR/.done" ]; then
		configure "$name"
		say "$name: compiling Linux $version (some minutes, once a machine; log $KERNEL_DIR/build.log)"
		nice make -j"$(nproc)" -C "$SOURCE/linux" O="$KERNEL_DIR/build" "${ARGS[@]}" "${TARGETS[@]}" 2>&1 |
			tee "$KERNEL_DIR/build.log" | progress "$name" 100 "$FILES" ||
			{ tail -20 "$KERNEL_DIR/build.log" >&2; die "$name: the kernel does not compile"; }
		nice make -s -C "$KERNEL_DIR/build" "${ARGS[@]}" INSTALL_MOD_PATH="$KERNEL_DIR/root" modules_install >&2
		slim "$name"
		touch "$KERNEL_DIR/.done"
	fi
	release=$(cat "$KERNEL_DIR/build/include/config/kernel.release")
	rm -f "$KERNEL_DIR/root/lib/modules/$release/build"
	result "$name" "$release" "$KERNEL_DIR/build/$IMAGE" "$KERNEL_DIR/build" "${ARGS[*]}"
}

result()
{
	cat <<-END
	KERNEL_NAME='$1'
	KERNEL_RELEASE='$2'
	KERNEL_IMAGE='$3'
	KERNEL_BUILD='$4'
	KERNEL_MAKE='$5'
	KERNEL_DIR='$KERNEL_DIR'
	KERNEL_MODULES='$KERNEL_DIR/root/lib/modules/$2'
	KERNEL_RUN='${CHROOT:+$VM_DIR/chroot.sh $CHROOT/root}'
	END
}

# apt_for KERNEL: the apt state that knows its packages.
apt_for()
{
	case $1 in
	arm64) APT_DIR=$CACHE/apt-arm64 APT_ARCHS=amd64,arm64 ;;
	7.*) APT_DIR=$CACHE/apt-trixie APT_SUITES='trixie trixie-backports' ;;
	*) APT_DIR=$CACHE/apt ;;
	esac
}

prepare()
{
	local list

	apt_for "$1"
	lock "kernel-$1"
	list=$(packages "$1")
	[ -n "$list" ] || die "$1: unknown kernel (there are: $KERNELS arm64)"
	case $1 in
	uml* | debug) compiled "$1" "$list" ;;
	arm64) cross "$list" ;;
	7.*) chroot_tree && stock "$1" "$list" ;;
	*) stock "$1" "$list" ;;
	esac
}

relock()
{
	local kernel package version _ file

	sed '/^[^#]/d' "$LOCKFILE"
	for kernel in 6.1 6.12 7.3 uml arm64; do
		apt_for "$kernel"
		newest_of "$kernel" | while read -r package version _; do
			file=$(fetch "$package" "$version" -)
			echo "$kernel $package $version $(sha256sum <"$file" | cut -d' ' -f1)"
		done
	done
}

# What an earlier run found out is believed while its inputs are the same.
main()
{
	local key env=$CACHE/env/$1

	mkdir -p "$CACHE/env" "$CACHE/kernels"
	STORE=$(realpath "$CACHE/kernels")	# may be shared: names that are kept in it are full
	key=$(cat "$0" "$VM_DIR/apt.sh" "$LOCKFILE" "$VM_DIR"/*.config | sha256sum | cut -c1-12)
	if [ "$(head -n 1 "$env" 2>/dev/null)" != "# $key" ]; then
		prepare "$1" >"$env.$$"
		sed -i "1i # $key" "$env.$$"
		mv "$env.$$" "$env"
	fi
	grep -v '^#' "$env"
}

case ${1-} in
--relock) relock >"$LOCKFILE.new" && mv "$LOCKFILE.new" "$LOCKFILE" ;;
'' | -*) die "usage: kernel.sh ${KERNELS// /|}|arm64 | --relock" ;;
*) main "$1" ;;
esac
