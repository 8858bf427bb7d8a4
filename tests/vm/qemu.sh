# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# Boots a kernel in QEMU, by software emulation alone. Sourced by run.

QEMU_MODULES='virtio_pci virtio_console 9pnet_virtio 9p overlay virtio_rng'

# The kernel as plain ELF: entered by PVH it starts three seconds sooner than
# if the guest had to unpack it under emulation.
qemu_elf()
{
	local image=$1 sectors offset length

	is_elf "$image" && { ln -s "$image" "$2"; return; }
	sectors=$(od -An -t u1 -j $((0x1f1)) -N 1 "$image")
	offset=$(od -An -t u4 -j $((0x248)) -N 4 "$image")
	length=$(od -An -t u4 -j $((0x24c)) -N 4 "$image")
	tail -c +$((((sectors + 1) * 512) + offset + 1)) "$image" | head -c "$length" >"$2.packed" || true	# head ends first
	case $(head -c 4 "$2.packed" | od -An -t x1 | tr -d ' \n') in
	fd377a58) xz -dc --single-stream <"$2.packed" >"$2" 2>/dev/null || true ;;
	28b52ffd) zstd -dcq <"$2.packed" >"$2" 2>/dev/null || true ;;
	1f8b*) gzip -dcq <"$2.packed" >"$2" 2>/dev/null || true ;;
	esac
	rm -f "$2.packed"
	is_elf "$2" || cp "$image" "$2"
}

is_elf() { [ "$(head -c 4 "$1" | od -An -c)" = ' 177   E   L   F' ]; }

qemu_initrd()
{
	local root=$1/initrd module

	rm -rf "$root"
	mkdir -p "$root"/{bin,dev,host,modules,proc,root,rw,stage,sys}
	cp "$(command -v busybox)" "$root/bin/busybox"
	: >"$root/modules/order"
	cp "$VM_DIR/guest/init-qemu" "$root/init"
	chmod +x "$root/init"
	for module in $QEMU_MODULES; do
		modprobe -d "$KERNEL_DIR/root" -S "$KERNEL_RELEASE" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
		cp "$module" "$root/modules/"
		echo "${module##*/}" >>"$root/modules/order"
	done
	(cd "$root" && find . | cpio --quiet -o -H newc) >"$1/initrd.cpio"
	rm -rf "$root"
}

# What depends on the kernel and on this script alone is made once.
qemu_prepare()
{
	local key

	key=$({ echo "$KERNEL_DIR"; cat "$VM_DIR/qemu.sh" "$VM_DIR/guest/init-qemu"; } | sha256sum | cut -c1-12)
	BOOT=$CACHE/boot/$KERNEL_NAME-$key
	[ ! -e "$BOOT/.done" ] || return 0
	lock "boot-$KERNEL_NAME"
	if [ ! -e "$BOOT/.done" ]; then
		# another checkout may be using its own
		find "$CACHE/boot" -maxdepth 1 -name "$KERNEL_NAME-*" -mtime +1 -exec rm -rf {} + 2>/dev/null || true
		rm -rf "$BOOT"
		mkdir -p "$BOOT"
		qemu_elf "$KERNEL_IMAGE" "$BOOT/vmlinux"
		qemu_initrd "$BOOT"
		touch "$BOOT/.done"
	fi
	unlock
}

qemu_tty() { echo /dev/hvc0; }

# What the guest writes to its port "keys", a name of a key of QEMU's on a line, is
# pressed on its keyboard; its monitor gets nothing else. Ends with the machine.
# shellcheck disable=SC2016
qemu_keys()
{
	mkfifo "$RUN/keys" "$RUN/monitor.in"
	ln -s /dev/null "$RUN/monitor.out"
	bash -c 'while read -r key; do
		case $key in "" | *[!a-z0-9_-]*) ;; *) echo "sendkey $key 10" ;; esac
	done <"$1/keys" >"$1/monitor.in"' keys "$RUN" "VMRUN=$RUN" &
}

# no_timer_check: on a busy host the emulated timer may be late when the kernel, starting, looks
# whether it works, and it would panic.
qemu_boot()
{
	local accel=tcg append="console=tty0 console=ttyS0,115200 no_timer_check ignore_loglevel printk.devkmsg=on printk.time=1 panic=-1 VMRUN=$RUN VMSHARE=${SHARE:+1}"
	local -a args=()

	[ "$KERNEL" != debug ] || append+=" kmemleak=$([ -n "${KMEMLEAK:-}" ] && echo on || echo off) watchdog_thresh=60"
	qemu_keys
	# Threads would miss, now and then, that the kernel has changed its code (QEMU 7.2): then a
	# processor runs a breakpoint that is not there any more, and a stock kernel's own probes crash.
	[ "$CPUS" = 1 ] || accel=tcg,thread=$([ -n "$AT_ONCE" ] && echo multi || echo single)
	[ -z "$ICOUNT" ] || args+=(-icount "shift=0,sleep=off")
	[ -z "$SHARE" ] || args+=(
		-fsdev "local,id=share,path=$SHARE,security_model=none,multidevs=remap"
		-device "virtio-9p-pci,fsdev=share,mount_tag=share")
	[ -z "$TTY" ] || args+=(-chardev "stdio,id=tty,signal=off" -device "virtconsole,chardev=tty,name=tty")
	exec timeout --foreground -k 5 "$([ -n "$TTY" ] && echo 0 || echo "$VM_TIMEOUT")" \
		qemu-system-x86_64 -M q35 -cpu qemu64 -accel "$accel" -smp "$CPUS" -m "$VM_MEM" \
		-nodefaults -no-user-config -no-reboot -display none \
		-kernel "$BOOT/vmlinux" -initrd "$BOOT/initrd.cpio" -append "$append" \
		-serial "file:$RUN/console" \
		-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=host,mount_tag=host \
		-fsdev "local,id=stage,path=$STAGE,security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-pci,fsdev=stage,mount_tag=stage \
		-device virtio-rng-pci \
		-device virtio-serial-pci \
		-chardev "pipe,id=monitor,path=$RUN/monitor" -mon chardev=monitor \
		-chardev "file,id=keys,path=$RUN/keys" -device virtserialport,chardev=keys,name=keys \
		-chardev "file,id=out,path=$RUN/out" -device virtserialport,chardev=out,name=out \
		-chardev "file,id=err,path=$RUN/err" -device virtserialport,chardev=err,name=err \
		-chardev "file,id=status,path=$RUN/status" -device virtserialport,chardev=status,name=status \
		"${args[@]}"
}
