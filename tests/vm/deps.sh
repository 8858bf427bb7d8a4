#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# deps.sh vm|test|check|host|ebpf|arm64: installs what is missing from a Debian 12
# that has little more than git and make. Quick and quiet when nothing is.

set -eu

base='build-essential flex bison bc libelf-dev libssl-dev kmod cpio xz-utils zstd dwarves rsync
	debian-archive-keyring iproute2 procps util-linux dpkg-dev'
vm="$base qemu-system-x86 busybox-static libedit-dev pkg-config"

ebpf='clang libbpf-dev'

case ${1-} in
vm) want=$vm ;;
ebpf) want=$ebpf ;;
host) want='build-essential libedit-dev pkg-config dpkg-dev' ;;
test) want="$vm lua5.4 perl valgrind strace bind9-dnsutils openssl iptables liblua5.4-dev libxtables-dev $ebpf bpftool xdp-tools" ;;
check) want="$base libedit-dev pkg-config sparse shellcheck lua-check perl python3" ;;
arm64) want="$base gcc-aarch64-linux-gnu" ;;
*) echo "usage: deps.sh vm|test|check|host|ebpf|arm64" >&2; exit 2 ;;
esac

missing()
{
	for package in $want; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			printf '%s ' "$package"
	done
}

# One query for all is ten times quicker, when all is there.
# shellcheck disable=SC2086
if ! dpkg-query -W -f '${db:Status-Status}\n' $want 2>/dev/null | grep -qvx installed &&
	dpkg-query -W $want >/dev/null 2>&1; then
	exit 0
fi

lacking=$(missing)
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
[ -z "$as_root" ] || command -v sudo >/dev/null || {
	echo "deps.sh: as root, please: apt-get install --no-install-recommends $lacking" >&2
	exit 1
}

export DEBIAN_FRONTEND=noninteractive
echo "[$(date +%H:%M:%S)] apt: installing $lacking" >&2
# shellcheck disable=SC2086
$as_root apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
# shellcheck disable=SC2086
$as_root apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install -y --no-install-recommends $lacking >/dev/null </dev/null
echo "[$(date +%H:%M:%S)] apt: done" >&2
