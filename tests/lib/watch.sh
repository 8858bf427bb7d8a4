# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# For the suites of notifiers: tests/lua/notifier/watch.lua, which has the commands.
# Sourced after ktap.sh and core.sh.

WATCH=/dev/t-watch

start_watch()
{
	install_scripts notifier
	lunatik run tests/notifier/watch >/dev/null
}

# tell COMMAND WORD...: to the script; fails when the command does
tell() { echo "$*" | tr -s '\n\t' ' ' >"$WATCH"; }

# seen: the events since the last time
seen() { cat "$WATCH"; }

forget() { cat "$WATCH" >/dev/null; }

# value CHUNK: what it returns, or its error, inside the script
value()
{
	forget
	tell try "$@"
	seen
}

# A keyboard needs uinput, where that is a module.
plug_in() { [ -e /dev/uinput ] || modprobe uinput; }

# keys_port: where QEMU's own keyboard is to be had; fails where there is none
keys_port()
{
	local port

	for port in /sys/class/virtio-ports/*; do
		[ "$(cat "$port/name" 2>/dev/null)" != keys ] || { echo "/dev/${port##*/}"; return; }
	done
	return 1
}

# press KEY...: on it, by the names that QEMU has for keys. Takes a while to arrive
press() { printf '%s\n' "$@" >"$(keys_port)"; }

export NO_KEYBOARD='CONFIG_SERIO_I8042 is not set'
