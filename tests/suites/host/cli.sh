#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# What the command does that needs no kernel: its words, its exit statuses, and
# how it bears with a device that answers well, slowly, badly or not at all
# (cli-fake.pl stands in for /dev/lunatik). Guards api-facts section 17 and T19.

set -eu

top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/cli.sh
. "$top/tests/lib/cli.sh"

build=$(mktemp -d)
fake=
trap 'stop_fake; rm -rf "$build" "$cli_dir"' EXIT

usage="usage: lunatik [load|unload|reload|status|list] [run|spawn|stop <script>]"

# fake MODE: from now on the device behaves like that
fake() {
	stop_fake
	LUNATIK_DEVICE=$build/device
	export LUNATIK_DEVICE
	perl "$top/tests/suites/host/cli-fake.pl" "$LUNATIK_DEVICE" "$1" &
	fake=$!
	until [ -e "$LUNATIK_DEVICE" ]; do
		kill -0 "$fake" || exit 1
	done
}

stop_fake() {
	[ -n "$fake" ] || return 0
	kill "$fake" 2>/dev/null || :
	wait "$fake" 2>/dev/null || :
	rm -f "$LUNATIK_DEVICE" "$LUNATIK_DEVICE.asked"
	fake=
}

# on_terminal SCRIPT COMMAND ...: the script's lines are pty.pl's
on_terminal() {
	printf '%s\n' "$1" >"$build/script"
	shift
	PTY_TIMEOUT=20 perl "$top/tests/lib/pty.pl" "$build/script" "$@"
}

cli_plan 47

cli_test "builds without a warning"
run make -s -C "$top/cli" O="$build" LDFLAGS=
is 0; silent
lunatik=$build/lunatik
[ -x "$lunatik" ] || exit 1

cli_test "--help: the documented usage line on standard out"
run "$lunatik" --help
is 0; silent; out_has "$usage"; out_has "spawn <script>"

cli_test "--version"
run "$lunatik" --version
is 0; silent; out_has "Lunatik 3.6"

cli_test "unknown words and options: usage, 2"
run "$lunatik" frobnicate
is 2; quiet; err_has "unknown command 'frobnicate'"; err_has "$usage"
run "$lunatik" --frobnicate
is 2; quiet; err_has "$usage"
run "$lunatik" ""
is 2; quiet; err_has "$usage"

cli_test "words too many and too few: usage, 2"
for words in "load x" "unload x" "status -v" "list x" "list -v x" "log a b" "log -x" "log -f -x" "log -f a b" "run" "run a true b" "spawn" "stop" "stop a b" "-e" "--run"; do
	# shellcheck disable=SC2086
	run "$lunatik" $words
	is 2; quiet; err_has "$usage"
done

cli_test "run: a third word that is no truth value: usage, 2"
for word in maybe nil "" 1x "false;os"; do
	run "$lunatik" run x "$word"
	is 2; quiet; err_has "neither true nor false"
done

cli_test "no device: named, 1, nothing is loaded"
LUNATIK_DEVICE=$build/none
export LUNATIK_DEVICE
for words in list "run x" "stop x" "-e 1" "--run x"; do
	# shellcheck disable=SC2086
	run "$lunatik" $words
	is 1; quiet; err_has "$build/none: No such file or directory"
done
run "$lunatik"
is 1; quiet; err_has "$build/none"

cli_test "not root: said in so many words"
if [ "$(id -u)" -eq 0 ] && setpriv --version >/dev/null 2>&1; then
	chmod 0755 "$build"
	: >"$build/forbidden"
	chmod 0600 "$build/forbidden"
	for words in list "run x"; do
		# shellcheck disable=SC2086
		run env LUNATIK_DEVICE="$build/forbidden" setpriv --reuid 65534 --clear-groups "$lunatik" $words
		is 1; quiet; err_has "this needs root (CAP_SYS_ADMIN)"
	done
	for words in load unload; do
		run setpriv --reuid 65534 --clear-groups "$lunatik" "$words"
		is 1; quiet; err_has "needs root (CAP_SYS_ADMIN)"
	done
fi

cli_test "status: the modules of modules.dep, dependencies first, tests left out"
cat >"$build/modules.dep" <<-END
	kernel/net/ipv6/ipv6.ko:
	kernel/lunatik/lunatik_run.ko: kernel/lunatik/luadevice.ko kernel/lunatik/lunatik.ko
	kernel/lunatik/lua-new.ko.xz: kernel/lunatik/zeta.ko kernel/lunatik/lunatik.ko
	kernel/lunatik/zeta.ko: kernel/lunatik/lunatik.ko
	updates/dkms/lualinux.ko.zst: kernel/lunatik/lunatik.ko
	kernel/lunatik/luadevice.ko: kernel/lunatik/lunatik.ko
	kernel/lunatik/tests/luaabuse.ko: kernel/lunatik/lunatik.ko
	extra/mydevice.ko: kernel/lunatik/lunatik.ko
	kernel/lunatik/lunatik.ko:
END
run env LUNATIK_MODULES_DEP="$build/modules.dep" "$lunatik" status
is 0; silent
out "lunatik is not loaded
luadevice is not loaded
lualinux is not loaded
zeta is not loaded
lua_new is not loaded
lunatik_run is not loaded
"

cli_test "status: not installed is said, 1"
: >"$build/empty"
run env LUNATIK_MODULES_DEP="$build/empty" "$lunatik" status
is 1; quiet; err_has "$build/empty lists no Lunatik module"
run env LUNATIK_MODULES_DEP="$build/none" "$lunatik" status
is 1; quiet; err_has "$build/none: No such file or directory"

cli_test "-e: the chunk goes out whole, its results come back"
fake echo
run "$lunatik" -e "return 'x' -- \$(id) %s"
is 0; silent; out "eval name=-e|return 'x' -- \$(id) %s
"
run "$lunatik" -e 1 -e 2
is 0; silent; out "eval name=-e|1
eval name=-e|2
"

cli_test "-e: '= value' is 'return value'"
run "$lunatik" -e "= 1 + 1"
is 0; out "eval name=-e|return  1 + 1
"

cli_test "run, spawn, stop: words and names as the kernel gets them"
run "$lunatik" run x
is 0; silent; out "run true|x
"
run "$lunatik" run x.lua false
is 0; out "run false|x.lua
"
run "$lunatik" run x 0
is 0; out "run true|x
"
run "$lunatik" spawn /lib/modules/lua/a/b.lua
is 0; out "spawn true|a/b.lua
"
run "$lunatik" stop "x') os"
is 0; out "stop|x') os
"
run "$lunatik" run ../x
is 0; out "run true|../x
"

cli_test "the spellings of 3.0"
run "$lunatik" --run x --stop y
is 0; silent; out "run true|x
stop|y
"

cli_test "a name of 4,096 bytes reaches the kernel, which knows what to say"
name=$(head -c 4096 /dev/zero | tr '\0' x)
run "$lunatik" run "$name"
is 0; silent; out "run true|$name
"

cli_test "list: the names on one line"
run "$lunatik" list
is 0; silent; out "list|
"

cli_test "list -v: a table"
fake list
run "$lunatik" list -v
is 0; silent; out "name         state    sleep
a/long/name  ready    true
b            loading  false
"

TZ=UTC0
export TZ

cli_test "log: time and name on every line, errors, repeats, what was cut"
fake log
run "$lunatik" log
is 0; silent
front="2026-11-21 18:20:33.123456"
out "$front examples/tap: plain
$front a: error: boom [3 times]
$front a: error: stack traceback:
$front a: error: 	x:1: in main chunk
$front a: \\x1b[2J\\x07\\x0d\\x00|\\x7f|\\x9b2J|\\xc2\\x9b|\\xc0\\xaf|\\xff|café € 😀
$front a: 
$front b: ends
$front b: long [2 times]
$front b: text [cut here]
"

cli_test "log: page after page, no further than where it was at first"
fake pages
run "$lunatik" log
is 0; silent
out "$front a: one
$front a: two
"

cli_test "log: the name goes out as data, without its folder and as it is"
fake silent
for name in x.lua /lib/modules/lua/x.lua "x') os"; do
	fake woken
	run "$lunatik" log "$name"
	is 0
	fake nothing
	run "$lunatik" log "$name"
	is 1; quiet; err_has "$LUNATIK_DEVICE: bad answer"
done
fake pages
run "$lunatik" log "x') os"
is 0
run "$lunatik" log "x') os"
is 1; quiet; err_has "asked: log 0 0|x') os"
run "$lunatik" log /lib/modules/lua/a/x.lua
is 1; err_has "asked: log 0 0|a/x.lua"

cli_test "log: a script of which nothing is known: said, 1; one that has said nothing: 0"
fake unknown
run "$lunatik" log nosuch
is 1; quiet; err_has "lunatik: nosuch neither runs nor has said anything"
fake empty
run "$lunatik" log x
is 0; silent; quiet

cli_test "log: answers that are none: named, 1"
for mode in headless short; do
	fake $mode
	run "$lunatik" log
	is 1; err_has "$LUNATIK_DEVICE: bad answer"
done

cli_test "log: a reader that has seen enough ends it quietly, with SIGPIPE and without"
for ignore in : "trap '' PIPE"; do
	fake many
	status=0
	sh -c "$ignore; exec $lunatik log" 2>"$cli_dir/err" | head -n 1 >"$cli_dir/out" || status=$?
	is 0; silent; out "$front a: $(head -c 100 /dev/zero | tr '\0' x)
"
done

cli_test "log: output that cannot be written: said, 1"
fake log
status=0
"$lunatik" log >/dev/full 2>"$cli_dir/err" || status=$?
is 1; err_has "standard output: No space left on device"

cli_test "log -f: what comes later, until the driver fails; an unknown script is waited for"
fake follow
run "$lunatik" log -f a
is 1; err_has "asked: log 2 1000|a"
out "$front a: first
$front a: second
"
fake unknown
run "$lunatik" log --follow x
is 1; err_has "lunatik: x neither runs nor has said anything; waiting"
out "$front x: late
"

cli_test "log -f: ends at once and quietly with Ctrl-C and with its reader, goes on after other signals"
fake woken
run "$lunatik" log -f
is 1; err_has "asked: log 1 1000|"
that test "$(grep -c interrupted "$cli_dir/err")" -eq 0
fake quiet
that on_terminal "wait $LUNATIK_DEVICE.asked
send \\x03
exit 0
absent lunatik" "$lunatik" log -f
fake quiet
sh -c "trap '' PIPE; exec timeout 20 $lunatik log -f; " 2>"$cli_dir/err" | :
silent

cli_test "log: errors are red on a terminal, if that is wanted"
fake log
that on_terminal "expect \\e[31m$front a: error: boom [3 times]\\e[m
exit 0
absent \\e[2J" env TERM=xterm NO_COLOR= "$lunatik" log
fake log
that on_terminal "expect $front a: error: boom
exit 0
absent \\e" env TERM=xterm NO_COLOR=1 "$lunatik" log

cli_test "success prints an empty line for run and stop, nothing for -e"
fake nothing
run "$lunatik" run x
is 0; silent; out "
"
run "$lunatik" stop x
is 0; silent; out "
"
run "$lunatik" -e "x = 1"
is 0; silent; quiet

cli_test "an error: message and traceback on standard err, 1"
fake error
for words in "-e x" "run x" "stop x" "list" "--stop x"; do
	# shellcheck disable=SC2086
	run "$lunatik" $words
	is 1; quiet; err_has "lunatik: stdin:1: boom"; err_has "	stdin:1: in main chunk"
done

cli_test "the first failure ends the options"
run "$lunatik" -e 1 -e 2
is 1
that test "$(grep -c boom "$cli_dir/err")" -eq 1

cli_test "a result of 1 MiB arrives whole"
fake big
run "$lunatik" -e x
is 0; silent
that test "$(tr -d '\n' <"$cli_dir/out" | tr -d x | wc -c)" -eq 0
that test "$(wc -c <"$cli_dir/out")" -eq 1048577

cli_test "a result of any bytes arrives whole"
fake binary
run "$lunatik" -e x
is 0; silent
that test "$(od -An -tx1 <"$cli_dir/out" | tr -d ' \n')" = 6100620a1b0a

cli_test "an answer in pieces of one byte"
fake dribble
run "$lunatik" -e x
is 0; silent; out "slow and steady
"

for mode in badword badlength hugelength longlength endless extra; do
	cli_test "an answer that is none ($mode): named, 1"
	fake "$mode"
	run "$lunatik" -e x
	is 1; quiet; err_has "$LUNATIK_DEVICE: Protocol error"
done

cli_test "a device that hangs up in mid-answer: named, 1"
fake cut
run "$lunatik" -e x
is 1; quiet; err_has "lunatik: $LUNATIK_DEVICE: "

cli_test "standard input: line by line, chunks of several lines, no prompt"
fake whole
run_with 'for i = 1, 2 do\nprint(i)\nend\n\n  \nx = 1 end\nend' "$lunatik"
is 0; silent; out "ran for i = 1, 2 do
print(i)
end

ran x = 1 end

ran end
"

cli_test "standard input that stops inside a chunk: its message, 1"
run_with 'for i = 1, 2 do\n' "$lunatik"
is 1; quiet; err_has "near <eof>"

cli_test "standard input of 3 MiB in one line"
fake lengths
status=0
head -c 3145728 /dev/zero | tr '\0' x | "$lunatik" >"$cli_dir/out" 2>"$cli_dir/err" || status=$?
is 0; silent; out "3145728
"

cli_test "results that cannot be written: said, 1"
status=0
"$lunatik" -e x >/dev/full 2>"$cli_dir/err" || status=$?
is 1; err_has "standard output: No space left on device"

cli_test "Ctrl-C ends a request that never comes back: interrupted, 1"
fake silent
that on_terminal "wait $LUNATIK_DEVICE.asked
send \x03
expect lunatik: interrupted
exit 1" "$lunatik" -e x

cli_test "prompt: banner, results, lines of one chunk, history, Ctrl-C, Ctrl-D"
fake whole
XDG_STATE_HOME=$build/state
export XDG_STATE_HOME
that on_terminal 'expect \x20Copyright (C) 2026 the Lunatik authors
expect >\x20
send do\n
expect >>\x20
send end\n
expect ran do
expect >\x20
send half a line
expect half a line
send \x03
expect >\x20
send do\n
expect >>\x20
send \x03
expect >\x20
send end -- alone\n
expect ran end -- alone
expect >\x20
send \x1b[A
expect end -- alone
send \n
expect ran end -- alone
expect >\x20
send \x04
exit 0' "$lunatik"
that grep -q 'end' "$build/state/lunatik/history"
that test "$(stat -c %a "$build/state/lunatik/history" "$build/state/lunatik" | tr '\n' ' ')" = "600 700 "

cli_test "prompt: completion, on a dumb terminal, with history from the last time"
fake names
that on_terminal 'expect >\x20
send to\t
expect tonumber
expect tostring
send \x03
expect >\x20
send \x04
exit 0' env TERM=xterm "$lunatik"
fake whole
that on_terminal 'expect >\x20
send end of it\n
expect ran end of it
send \x04
exit 0' env TERM=dumb "$lunatik"

cli_done
