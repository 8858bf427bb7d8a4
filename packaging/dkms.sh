#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# dkms.sh DIR: makes DIR a source tree that DKMS can build for any kernel later on,
# without the network: the modules' sources, the patched sources of Lua, and a
# dkms.conf that lists what there is. As root, then:
#
#	packaging/dkms.sh /usr/src/lunatik-3.6
#	dkms install lunatik/3.6
#
# The command, the libraries and the examples are not the kernel's business:
# `make scripts_install headers_install` and `make -C cli install` put them in place.

set -eu

[ $# = 1 ] || { echo "usage: packaging/dkms.sh DIR" >&2; exit 2; }
to=$1
[ ! -e "$to" ] || { echo "dkms.sh: $to: is there already" >&2; exit 1; }
cd "$(dirname "$0")/.."
version=$(sed -n 's/^#define LUNATIK_VERSION[[:space:]]*"Lunatik \(.*\)"/\1/p' include/lunatik.h)
lua=$(lua/fetch.sh)

# kernel modules: "folder name" for each obj-m of the Kbuild files
modules() {
	for file in core/Kbuild bind/*/Kbuild; do
		sed -n 's/^obj-m *[+:]*= *//p' "$file" | tr ' ' '\n' | sed -n 's/\.o$//p' |
			sed "s#^#${file%/Kbuild} #"
	done
}

conf() {
	cat <<-END
	PACKAGE_NAME="lunatik"
	PACKAGE_VERSION="$version"
	MAKE[0]="make modules KERNEL_RELEASE=\$kernelver MODULES_BUILD_PATH=\$kernel_source_dir LUA_DIR=\$dkms_tree/lunatik/$version/build/lua-source"
	CLEAN="true"
	AUTOINSTALL="yes"
	END
	modules | awk '{
		printf "BUILT_MODULE_NAME[%d]=\"%s\"\n", NR - 1, $2
		printf "BUILT_MODULE_LOCATION[%d]=\"%s\"\n", NR - 1, $1
		printf "DEST_MODULE_LOCATION[%d]=\"/kernel/lunatik\"\n", NR - 1
	}'
}

mkdir -p "$to"
cp -r Makefile Kbuild LICENSE-GPL LICENSE-MIT include core bind compat lua "$to"
find "$to" \( -name '*.o' -o -name '*.ko' -o -name '*.mod*' -o -name '.*.cmd' \) -type f -delete
cp -r "$lua" "$to/lua-source"
conf >"$to/dkms.conf"
