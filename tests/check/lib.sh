# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# What the checks share. Sourced by each; leaves them at the top of the tree.

. "$(dirname "${BASH_SOURCE[0]}")/../vm/env.sh"
. "$VM_DIR/apt.sh"
cd "$TOP" || exit 1
export CHECK_KERNEL=6.12	# whose headers sparse reads

# files PATTERN...: those of our files that match, one a line; * matches / too.
files()
{
	if [ -e .git ]; then
		git ls-files -co --exclude-standard
	else
		find . -type f ! -path "./.git/*" ! -name "*.o" ! -name "*.ko" ! -name "*.mod*" ! -name ".*.cmd" | sed 's#^\./##'
	fi | sort -u | match "${@:-*}"
}

# match PATTERN...: of the names on standard input, those that match and exist.
match()
{
	local name pattern

	while read -r name; do
		[ -f "$name" ] || continue
		for pattern in "$@"; do
			# shellcheck disable=SC2254
			case $name in $pattern) printf '%s\n' "$name"; break ;; esac
		done
	done
}

# shell_files: everything that a shell runs, whatever it is called.
shell_files()
{
	files | while read -r file; do
		case $file in *.c | *.h | *.S | *.md | *.lua | *.py | *.pl) continue ;; esac
		head -n 3 "$file" | grep -qaE '^#!.*[/ ](ba|da)?sh( |$)|^# shellcheck shell=' || continue
		printf '%s\n' "$file"
	done
}

# kernel_scripts: prints a folder with the scripts/ of the kernel's source.
kernel_scripts()
{
	local package version sum deb dir

	read -r package version sum <<<"$(locked uml)"
	dir=$CACHE/check/scripts-$version
	if [ ! -d "$dir" ]; then
		if [ ! -e "$APT_DIR/archives/${package}_$version.deb" ]; then
			apt_lists
			available "$package" "$version" || { version=$(versions "$package" | head -n 1); sum=-; }
		fi
		deb=$(fetch "$package" "$version" "$sum")
		say "unpacking the scripts of $package"
		rm -rf "$dir.new" && mkdir -p "$dir.new"
		dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards '*.tar.xz' |
			tar -xJ -C "$dir.new" --strip-components=2 --wildcards 'linux-source-*/scripts/*'
		mv "$dir.new" "$dir"
	fi
	printf '%s\n' "$dir"
}

# none: shows the findings on standard input; fails if there are any.
none() { ! grep .; }
