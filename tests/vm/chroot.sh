#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# chroot.sh ROOT COMMAND...: runs the command with the programs and libraries of
# another Debian (ROOT has its /usr and /etc), and with this machine's files in
# all other places, in the present folder. Nothing stays mounted.

set -euo pipefail

if [ "${1-}" != --inside ]; then
	user=
	[ "$(id -u)" = 0 ] || user=--map-root-user
	exec unshare --mount $user -- "$0" --inside "$@"
fi
root=$2
shift 2
for dir in /*; do
	case $dir in /bin | /boot | /etc | /lib* | /lost+found | /sbin | /usr) continue ;; esac
	if [ ! -d "$dir" ] || [ -h "$dir" ]; then continue; fi
	mkdir -p "$root$dir"
	mount --rbind "$dir" "$root$dir"
done
# shellcheck disable=SC2016
exec chroot "$root" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
