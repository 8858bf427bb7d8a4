#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# kernel.sh KERNEL: makes sure that a kernel is in the cache, with what is
# needed to build modules for it and to boot it, and prints where, as shell
# assignments. KERNEL is 6.1, 6.12 (stock Debian), uml, uml-debug (compiled
# here from Debian's source) or arm64 (headers only, to cross-compile).
#
# kernel.sh --relock: pins the newest versions of the archive in kernels.lock.

set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/apt.sh"

# newest_of KERNEL: "package version -" lines for the newest of the series.
newest_of()
{
	local series=$1 arch=amd64 headers release

	apt_lists
	case $1 in
	uml*) with_version "$(newest 'linux-source-6\.12')"; return ;;
	arm64) series=6.1 arch=arm64 ;;
	esac
	headers=$(newest "linux-headers-${series//./\\.}(\.[0-9]+)*(-[0-9]+|[+]deb12[.0-9]*)-$arch")
	[ -n "$headers" ] || die "$1: the archive has no headers of that series"
	release=${headers#linux-headers-}
	[ "$1" = arm64 ] || with_version "linux-image-$release"
	with_version "$headers"
	with_version "linux-headers-${release%-"$arch"}-common"
	with_version "$(papt apt-cache depends "$headers" | awk '/Depends: linux-kbuild/ { sub(/:.*/, "", $2); print $2 }')"
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

stock()
{
	local name=$1 list=$2 version release root

	version=$(awk 'NR == 1 { print $2 }' <<<"$list")
	release=$(awk '$1 ~ /^linux-image/ { print substr($1, 13) }' <<<"$list")
	KERNEL_DIR=$CACHE/kernels/$name-$version
	root=$KERNEL_DIR/root
	if [ ! -e "$KERNEL_DIR/.done" ]; then
		rm -rf "$KERNEL_DIR" && mkdir -p "$root"
		unpack "$root" <<<"$list"
		prune "$root/lib/modules/$release"
		relocate "$root" "$release"
		depmod -b "$root" "$release"
		touch "$KERNEL_DIR/.done"
	fi
	result "$name" "$release" "$root/boot/vmlinuz-$release" "$root/usr/src/linux-headers-$release" ''
}

cross()
{
	local version release root

	version=$(awk '$1 ~ /-arm64$/ { print $2 }' <<<"$1")
	release=$(awk '$1 ~ /-arm64$/ { print substr($1, 15) }' <<<"$1")
	KERNEL_DIR=$CACHE/kernels/arm64-$version
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
	[ "$1" = uml ] || cat "$VM_DIR/$1.config"
}

# The configuration of a UML kernel: the later fragment wins.
fragment()
{
	configs "$1" | awk -F= '/^CONFIG_/ {
		if (!($1 in line)) order[++n] = $1
		line[$1] = $0
	} END { for (i = 1; i <= n; i++) print line[order[i]] }'
}

uml_source()
{
	SOURCE=$CACHE/kernels/source-6.12-$2
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

uml_configure()
{
	local missing

	mkdir -p "$KERNEL_DIR/build"
	fragment "$1" >"$KERNEL_DIR/fragment"
	[ -e "$KERNEL_DIR/build/.config" ] || make -s -C "$SOURCE/linux" O="$KERNEL_DIR/build" "${UML_ARGS[@]}" \
		KCONFIG_ALLCONFIG="$KERNEL_DIR/fragment" allnoconfig >&2
	missing=$(grep -vxF -f "$KERNEL_DIR/build/.config" "$KERNEL_DIR/fragment" || true)
	[ -z "$missing" ] || die "$1: the kernel does not take these settings: $missing"
}

UML_ARGS=(ARCH=um SUBARCH=x86_64)
UML_FILES=1350	# compiled for one kernel, for the percentage only

uml()
{
	local name=$1 list=$2 version key release

	version=$(awk 'NR == 1 { print $2 }' <<<"$list")
	key=$({ echo "$version"; gcc -dumpfullversion; configs "$name"; } | sha256sum | cut -c1-12)
	KERNEL_DIR=$CACHE/kernels/$name-$version-$key
	uml_source "$list" "$version"
	if [ ! -e "$KERNEL_DIR/.done" ]; then
		uml_configure "$name"
		say "$name: compiling Linux $version (some minutes, once a machine; log $KERNEL_DIR/build.log)"
		nice make -j"$(nproc)" -C "$SOURCE/linux" O="$KERNEL_DIR/build" "${UML_ARGS[@]}" 2>&1 |
			tee "$KERNEL_DIR/build.log" | progress "$name" 100 "$UML_FILES" ||
			{ tail -20 "$KERNEL_DIR/build.log" >&2; die "$name: the kernel does not compile"; }
		nice make -s -C "$KERNEL_DIR/build" "${UML_ARGS[@]}" INSTALL_MOD_PATH="$KERNEL_DIR/root" modules_install >&2
		touch "$KERNEL_DIR/.done"
	fi
	release=$(cat "$KERNEL_DIR/build/include/config/kernel.release")
	rm -f "$KERNEL_DIR/root/lib/modules/$release/build"
	result "$name" "$release" "$KERNEL_DIR/build/linux" "$KERNEL_DIR/build" "${UML_ARGS[*]}"
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
	END
}

prepare()
{
	local list

	if [ "$1" = arm64 ]; then APT_DIR=$CACHE/apt-arm64 APT_ARCHS=amd64,arm64; fi
	lock "kernel-$1"
	list=$(packages "$1")
	[ -n "$list" ] || die "$1: unknown kernel (there are: $KERNELS arm64)"
	case $1 in
	uml*) uml "$1" "$list" ;;
	arm64) cross "$list" ;;
	*) stock "$1" "$list" ;;
	esac
}

relock()
{
	local kernel package version _ file

	sed '/^[^#]/d' "$LOCKFILE"
	for kernel in 6.1 6.12 uml arm64; do
		if [ "$kernel" = arm64 ]; then APT_DIR=$CACHE/apt-arm64 APT_ARCHS=amd64,arm64; fi
		newest_of "$kernel" | while read -r package version _; do
			file=$(fetch "$package" "$version" -)
			echo "$kernel $package $version $(sha256sum <"$file" | cut -d' ' -f1)"
		done
	done
}

# What an earlier run found out is believed while its inputs are the same.
main()
{
	local key env=$CACHE/kernels/$1.env

	mkdir -p "$CACHE/kernels"
	key=$(cat "$0" "$VM_DIR/apt.sh" "$LOCKFILE" "$VM_DIR"/uml*.config | sha256sum | cut -c1-12)
	if [ "$(head -n 1 "$env" 2>/dev/null)" != "# $key" ]; then
		prepare "$1" >"$env.$$"
		sed -i "1i # $key" "$env.$$"
		mv "$env.$$" "$env"
	fi
	grep -v '^#' "$env"
}

case ${1-} in
--relock) relock >"$LOCKFILE.new" && mv "$LOCKFILE.new" "$LOCKFILE" ;;
'' | -*) die 'usage: kernel.sh 6.1|6.12|uml|uml-debug|arm64 | --relock' ;;
*) main "$1" ;;
esac
