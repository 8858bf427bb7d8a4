#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# names.sh COMPILER FLAGS...: prints SYSCALL(name), for each system call that the
# kernel's headers give programs a number for: those of the native ABI. Two such
# macros are no system calls: how many there are, and where those of one architecture
# alone begin.

set -eu

names=$(echo '#include <uapi/asm/unistd.h>' | "$@" -U__KERNEL__ -E -dM -x c - |
	sed -n 's/^#define __NR_\([a-z_][a-z0-9_]*\) .*/\1/p' |
	grep -vxE 'syscalls|arch_specific_syscall' | LC_ALL=C sort)
[ "$(echo "$names" | wc -l)" -gt 200 ] || { echo "names.sh: no system calls in <uapi/asm/unistd.h>" >&2; exit 1; }

echo "/* made by names.sh from the kernel's <uapi/asm/unistd.h> */"
echo "$names" | sed 's/.*/SYSCALL(&),/'
