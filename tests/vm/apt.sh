# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# A private apt state in the cache: it sees the suites that kernels come from
# without touching the machine's own configuration. The mirror is the one the
# machine itself uses, the signatures are Debian's. Sourced after env.sh.

APT_DIR=$CACHE/apt
APT_ARCHS=amd64			# the first is this machine's
APT_SUITES='bookworm bookworm-backports'
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
LOCKFILE=$VM_DIR/kernels.lock

# mirror_of OPTION...: the mirror of Debian's main archive that apt knows by its lists.
mirror_of()
{
	apt-get "$@" indextargets --format "\$(REPO_URI) \$(RELEASE)" \
		'Created-By: Packages' 'Component: main' 2>/dev/null |
		awk '$2 !~ /security|updates|backports/ && $1 ~ /debian\/?$/ { sub(/\/$/, "", $1); print $1; exit }'
}

# It says so only once it has lists: those are fetched, if the machine has none.
apt_mirror()
{
	local uri own=Dir::State::lists=$APT_DIR/machine

	uri=$(mirror_of)
	if [ -z "$uri" ]; then
		mkdir -p "$APT_DIR/machine/partial"
		apt-get -o "$own" -qq update >&2 || true
		uri=$(mirror_of -o "$own")
		rm -rf "$APT_DIR/machine"
	fi
	[ -n "$uri" ] || die "no Debian archive in this machine's apt sources"
	printf '%s\n' "$uri"
}

papt()
{
	local tool=$1

	shift
	"$tool" -o Dir::Etc::sourcelist="$APT_DIR/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$APT_DIR/lists" -o Dir::State::status=/dev/null \
		-o Dir::Cache::archives="$APT_DIR/archives" -o Dir::Cache::pkgcache= \
		-o Dir::Cache::srcpkgcache= -o Acquire::Languages=none \
		-o APT::Sandbox::User=root -o APT::Architecture=amd64 -o APT::Architectures="$APT_ARCHS" "$@"
}

# Fetch the package lists, at most once in a day.
apt_lists()
{
	mkdir -p "$APT_DIR/lists/partial" "$APT_DIR/archives/partial"
	[ -z "$(find "$APT_DIR/updated" -mtime -1 2>/dev/null)" ] || return 0
	local mirror suite

	mirror=$(apt_mirror)
	for suite in $APT_SUITES; do
		printf 'deb [arch=%s signed-by=%s] %s %s main\n' "$APT_ARCHS" "$KEYRING" "$mirror" "$suite"
	done >"$APT_DIR/sources.list"
	say "apt: package lists"
	papt apt-get -qq update >&2 || die "cannot fetch the package lists"
	touch "$APT_DIR/updated"
}

# locked KERNEL: "package version sha256" lines pinned for KERNEL; one source for all that are compiled.
locked() { awk -v k="$(sed -E 's/^(uml-)?debug$/uml/' <<<"$1")" '$1 == k { print $2, $3, $4 }' "$LOCKFILE"; }

# available PACKAGE VERSION: does the archive still have it?
available() { versions "$1" | grep -qxF "$2"; }

# versions PACKAGE: those the archive has, newest first.
versions() { papt apt-cache madison "$1" | awk -F '|' '{ gsub(/ /, "", $2); print $2 }'; }

# newest REGEX: the newest package name that matches and can be downloaded.
newest()
{
	papt apt-cache pkgnames linux- | { grep -E "^$1\$" || true; } | sort -rV | while read -r p; do
		[ -z "$(versions "$p")" ] || { echo "$p"; break; }
	done
}

# fetch PACKAGE VERSION SHA256 (- when not pinned): prints the file.
fetch()
{
	local file dir=$APT_DIR/archives

	file=$dir/$1_${2//:/%3a}.deb
	if [ ! -e "$file" ]; then
		say "apt: $1 $2"
		rm -rf "$dir/get.$1" && mkdir -p "$dir/get.$1"
		(cd "$dir/get.$1" && papt apt-get -qq download "$1=$2" >&2) || die "cannot download $1 $2"
		mv "$dir/get.$1"/*.deb "$file"
		rmdir "$dir/get.$1"
	fi
	if [ "$3" != - ] && ! echo "$3  $file" | sha256sum -c --status; then
		rm -f "$file"
		die "$1 $2: sha256 differs from kernels.lock"
	fi
	printf '%s\n' "$file"
}
