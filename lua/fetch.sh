#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# fetch.sh - makes sure that the patched sources of Lua are there
#
# Prints the folder that has them on standard output, everything else on
# standard error. The release and the hash of its tarball are in lua/release.
# Where the sources come from, first that applies:
#	LUA_SRC=DIR		an unpacked release (the folder with lua.h, or its parent)
#	LUA_TARBALL=FILE	the release's tarball
#	otherwise		Debian's source package, with an apt state of our own
# The patched copy is kept under ${LUNATIK_CACHE:-$XDG_CACHE_HOME/lunatik},
# named after the release and the hash of the patches; any number of callers
# may run this at once.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${LUNATIK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lunatik}
suites='sid testing stable oldstable'

say() {
	echo "lua/fetch.sh: $*" >&2
}

die() {
	say "$*"
	exit 1
}

check_tarball() {
	set -- "$1" "$(sha256sum "$1" | cut -d' ' -f1)"
	[ "$2" = "$sum" ] ||
		die "$1: is not the tarball of Lua $release: sha256 $2, expected $sum"
}

# the machine's own Debian mirror; none is written down here
mirror() {
	# shellcheck disable=SC2016 # apt expands it
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		grep -v -e '-security' | sort -u | head -n 1
}

keyring() {
	for k in /usr/share/keyrings/debian-archive-keyring.gpg \
		 /usr/share/keyrings/debian-archive-keyring.pgp; do
		[ ! -f "$k" ] || { echo "$k"; return; }
	done
	die "no keyring of Debian's archive: install debian-archive-keyring, or set LUA_TARBALL"
}

# runs an apt tool on our own lists, without touching the machine's
apt() {
	tool=$1
	shift
	"$tool" -q -o Dir::Etc::sourcelist="$state/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$state/lists" \
		-o Dir::Cache="$state/cache" -o APT::Sandbox::User=root \
		-o Acquire::Languages=none "$@"
}

# the version of Debian's package whose upstream tarball is ours, or nothing
package_version() {
	apt apt-cache showsrc lua5.4 2>/dev/null |
		sed -n "s/^Version: \(${release}[-+].*\)/\1/p" | head -n 1
}

# Debian's source package; only the tarball of the release is downloaded
download() {
	command -v apt-get >/dev/null ||
		die "no apt-get here: set LUA_SRC=DIR or LUA_TARBALL=FILE (Lua $release)"
	uri=$(mirror)
	[ -n "$uri" ] || die "apt knows no mirror: run apt-get update, or set LUA_TARBALL"
	key=$(keyring)
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	version=
	for suite in $suites; do
		echo "deb-src [signed-by=$key] $uri $suite main" > "$state/sources.list"
		say "looking for Lua $release in Debian $suite"
		apt apt-get update >&2 || continue
		version=$(package_version)
		[ -z "$version" ] || break
	done
	[ -n "$version" ] ||
		die "no Debian suite has lua5.4 $release any more: set LUA_SRC or LUA_TARBALL"
	say "downloading the tarball of lua5.4 $version"
	(cd "$state" && apt apt-get source --download-only --tar-only --only-source \
		"lua5.4=$version" >&2) || die "apt-get could not download lua5.4 $version"
}

# prints a tarball of the release
tarball() {
	if [ -n "${LUA_TARBALL:-}" ]; then
		[ -f "$LUA_TARBALL" ] || die "LUA_TARBALL=$LUA_TARBALL: no such file"
		echo "$LUA_TARBALL"
		return
	fi
	file=$state/lua5.4_$release.orig.tar.gz
	[ -f "$file" ] || download
	[ -f "$file" ] || die "apt-get left no $file"
	echo "$file"
}

# fills $1 with the sources as released
unpack() {
	if [ -n "${LUA_SRC:-}" ]; then
		cp "$LUA_SRC"/*.c "$LUA_SRC"/*.h "$1"
	else
		file=$(tarball)
		check_tarball "$file"
		tar -xzf "$file" -C "$1" --strip-components=2 --wildcards 'lua-*/src/*.[ch]' ||
			die "$file: cannot be unpacked"
	fi
	set -- "$1" "$(release_of "$1/lua.h")"
	[ "$2" = "$release" ] || die "the sources say Lua $2, lua/release says $release"
}

release_of() {
	awk '/define LUA_VERSION_(MAJOR|MINOR|RELEASE)[ \t]/ {
		gsub(/"/, "", $3); v = v (v == "" ? "" : ".") $3 } END { print v }' "$1"
}

apply_patches() {
	while read -r name; do
		case $name in ''|'#'*) continue ;; esac
		patch -s -f -p1 -d "$1" < "$here/patches/$name" >&2 ||
			die "lua/patches/$name does not apply to Lua $release"
	done < "$here/patches/series"
}

patches_hash() {
	{
		cat "$here/patches/series"
		sed -n '/^[^#]/p' "$here/patches/series" | while read -r name; do
			cat "$here/patches/$name"
		done
	} | sha256sum | cut -c1-12
}

read -r release sum < "$here/release"
state=$cache/lua-apt
mkdir -p "$cache"
dir=$cache/lua-$release-$(patches_hash)
if [ -n "${LUA_SRC:-}" ]; then
	[ -f "$LUA_SRC/lua.h" ] || LUA_SRC=$LUA_SRC/src
	[ -f "$LUA_SRC/lua.h" ] || die "LUA_SRC: no lua.h in ${LUA_SRC%/src} or its src/"
	dir=$dir-$(cat "$LUA_SRC"/*.c "$LUA_SRC"/*.h | sha256sum | cut -c1-8)
fi
if [ ! -d "$dir" ]; then
	command -v patch >/dev/null || die "patch(1) is missing: apt-get install patch"
	exec 9> "$cache/lua.lock"
	flock 9
fi
if [ ! -d "$dir" ]; then
	tmp=$(mktemp -d "$cache/lua.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	unpack "$tmp"
	apply_patches "$tmp"
	chmod 755 "$tmp"
	mv "$tmp" "$dir"
	say "Lua $release is in $dir"
fi
echo "$dir"
