# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# Boots User-Mode Linux: a kernel that is a program. Sourced by run.

uml_prepare() { :; }

uml_tty() { echo /dev/ttyS1; }

uml_boot()
{
	local leak=off tty=null

	[ -z "${KMEMLEAK:-}" ] || leak=on
	[ -z "$TTY" ] || tty=fd:3,fd:4
	mkdir -p "$RUN/uml"
	GLIBC_TUNABLES=glibc.pthread.rseq=0 TMPDIR=${TMPDIR:-/tmp} exec timeout --foreground -k 5 \
		"$([ -n "$TTY" ] && echo 0 || echo "$VM_TIMEOUT")" \
		"$KERNEL_IMAGE" mem="${VM_MEM}M" umid=vm uml_dir="$RUN/uml/" \
		root=/dev/root rootfstype=hostfs rootflags=/ ro init="$RUN/init-uml" \
		con=null ssl=null ssl0=null,fd:1 "ssl1=$tty" console=ttyS0 earlyprintk ignore_loglevel printk.devkmsg=on panic=-1 \
		kmemleak="$leak" VMRUN="$RUN" VMSTAGE="$STAGE" VMSHARE="$SHARE" \
		3<&0 4>&1 </dev/null >"$RUN/console" 2>&1
}
