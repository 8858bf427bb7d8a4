#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# btf.sh MODULE BUILD RELEASE [VMLINUZ]: gives a module type information (BTF) where
# kbuild did not, so that BPF programs can call it: Debian 6.1's headers have neither
# the kernel's own BTF, on which a module's stands, nor the program that fills in the
# numbers of types. The kernel's comes from BUILD/vmlinux, from the running kernel when
# that is RELEASE, or out of its vmlinuz. Without the network. Does nothing when the
# module has it already, or is not built for this kernel.
#
# Where it cannot be had it says so, and succeeds: all but the XDP programs work.

set -eu

module=$1 build=$2 release=$3 image=${4-}
[ -e "$module" ] || exit 0
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

give_up()
{
	echo "${module##*/}: without BTF, so XDP programs cannot call it: $*" >&2
	exit 0
}

# section NAME FILE: to $work/NAME
section()
{
	objcopy --dump-section "$1=$work/$1" "$2" "$work/copy" 2>/dev/null && [ -s "$work/$1" ]
}

has_btf() { section .BTF "$module" && section .BTF_ids "$module" && "$here/btfids.pl" --complete "$work/.BTF_ids"; }

# unpack FILE: the kernel in a vmlinuz, as plain ELF, to $work/vmlinux. See the kernel's
# Documentation/arch/x86/boot.rst: setup_sects, payload_offset, payload_length
unpack()
{
	sectors=$(od -An -t u1 -j 497 -N 1 "$1")
	offset=$(od -An -t u4 -j 584 -N 4 "$1")
	length=$(od -An -t u4 -j 588 -N 4 "$1")
	tail -c +$(((sectors + 1) * 512 + offset + 1)) "$1" | head -c "$length" >"$work/packed" || true	# head ends first
	magic=$(od -An -t x1 -N 4 "$work/packed" | tr -d ' \n')
	case $magic in
	fd377a58) xz -dcq --single-stream ;;
	28b52ffd) zstd -dcq ;;
	1f8b*) gzip -dcq ;;
	02214c18) lz4 -dcq ;;
	*) false ;;
	esac <"$work/packed" >"$work/vmlinux" 2>/dev/null || true	# some have a size behind them
	[ -s "$work/vmlinux" ]
}

kernel_image()
{
	for image in "$image" "/boot/vmlinuz-$release" "/lib/modules/$release/vmlinuz"; do
		[ ! -r "$image" ] || [ -d "$image" ] || return 0
	done
	return 1
}

# the kernel's BTF, bare, to $work/base
base()
{
	if [ -r "$build/vmlinux" ] && section .BTF "$build/vmlinux"; then
		mv "$work/.BTF" "$work/base"
	elif [ "$release" = "$(uname -r)" ] && [ -r /sys/kernel/btf/vmlinux ]; then
		cp /sys/kernel/btf/vmlinux "$work/base"
	elif kernel_image && unpack "$image" && section .BTF "$work/vmlinux"; then
		mv "$work/.BTF" "$work/base"
	else
		return 1
	fi
}

[ "${BTF-}" != again ] || objcopy --remove-section .BTF "$module"
! has_btf || exit 0
command -v pahole >/dev/null || give_up 'pahole is not installed (package dwarves)'
command -v perl >/dev/null || give_up 'perl is not installed'
base || give_up "no vmlinux in $build, and no vmlinuz of $release that can be read"
cp "$module" "$work/module"
objcopy --remove-section .BTF "$work/module"
LLVM_OBJCOPY=objcopy pahole -J --btf_gen_floats --lang_exclude=rust --btf_base "$work/base" "$work/module" ||
	give_up 'pahole failed'
section .BTF "$work/module" || give_up 'the kernel is compiled without CONFIG_DEBUG_INFO'
section .BTF_ids "$work/module" || give_up 'it has no functions for BPF programs'
"$here/btfids.pl" bpf_luaxdp_run "$work/.BTF_ids" "$work/base" "$work/.BTF" || give_up 'see above'
objcopy --update-section ".BTF_ids=$work/.BTF_ids" "$work/module"
cp "$work/module" "$module"
echo "${module##*/}: given BTF"
