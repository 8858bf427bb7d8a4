# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# Completion of lunatik(8) for bash: commands, options, and names of scripts.

_lunatik_scripts()
{
	local root=/lib/modules/lua file

	for file in "$root/$1"*; do
		if [[ -d $file ]]; then
			printf '%s\n' "${file#"$root"/}/"
		elif [[ $file == *.lua ]]; then
			file=${file#"$root"/}
			printf '%s\n' "${file%.lua}"
		fi
	done
}

_lunatik_words()
{
	case ${#COMP_WORDS[@]}:${COMP_WORDS[1]}:$1 in
	2:*:-*) compgen -W '--eval --run --stop --help --version' -- "$1" ;;
	2:*) compgen -W 'load unload reload status list log run spawn stop' -- "$1" ;;
	3:log:-*) compgen -W '-f --follow' -- "$1" ;;
	3:log:* | 4:log:*) _lunatik_scripts "$1" ;;
	3:run:* | 3:spawn:* | 3:stop:* | 3:--run:* | 3:--stop:*) _lunatik_scripts "$1" ;;
	3:list:*) compgen -W '-v' -- "$1" ;;
	4:run:*) compgen -W 'true false' -- "$1" ;;
	esac
}

_lunatik()
{
	mapfile -t COMPREPLY < <(_lunatik_words "$2")
	if [[ ${COMPREPLY[0]-} == */ ]]; then
		compopt -o nospace
	fi
}

complete -F _lunatik lunatik
