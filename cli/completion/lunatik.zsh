#compdef lunatik
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Completion of lunatik(8) for zsh: commands, options, and names of scripts.

_lunatik_scripts()
{
	local -a names

	names=(/lib/modules/lua/**/*.lua(N:r))
	compadd -- ${names#/lib/modules/lua/}
}

_lunatik_commands()
{
	local -a commands

	commands=(
		'load:load the kernel modules'
		'unload:stop all scripts and unload the kernel modules'
		'reload:unload, then load'
		'status:show which kernel modules are loaded'
		'list:show which scripts run'
		'log:show what scripts print, and their errors'
		'run:run a script in a runtime of its own'
		'spawn:run a script, and its function in a kernel thread'
		'stop:stop a script'
	)
	_describe command commands
}

_lunatik_arguments()
{
	case $words[1] in
	run) (( CURRENT == 2 )) && _lunatik_scripts || compadd true false ;;
	spawn|stop) _lunatik_scripts ;;
	list) compadd -- -v ;;
	log) _arguments '(-f --follow)'{-f,--follow}'[go on as scripts say more]' '1:script:_lunatik_scripts' ;;
	esac
}

_arguments \
	'*'{-e,--eval}'[run a chunk in the kernel]:chunk: ' \
	'*--run[run a script]:script:_lunatik_scripts' \
	'*--stop[stop a script]:script:_lunatik_scripts' \
	'(- *)'{-h,--help}'[show a summary]' \
	'(- *)'{-V,--version}'[show the version]' \
	'1:command:_lunatik_commands' \
	'*::argument:_lunatik_arguments'
