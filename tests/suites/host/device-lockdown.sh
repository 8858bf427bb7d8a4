#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# A driver with `lockdown = true` is closed when the kernel is locked down, open
# files included. A host suite, with a machine of its own: there is no way back
# from lockdown, and no module could be loaded after it. Guards trap T18.

set -eu

top=$(cd "$(dirname "$0")/../../.." && pwd)

cat <<'TEXT'
KTAP version 1
1..3
TEXT

KERNEL=6.1 CMD='
cat >/lib/modules/lua/locked.lua <<"LUA"
local device = require("device")
local function nop() end
local function read() return "open\n" end
device.new({name = "locked", lockdown = true, open = nop, release = nop, read = read})
device.new({name = "unlocked", open = nop, release = nop, read = read})
LUA
lunatik run locked
exec 3</dev/locked
head -c 5 /dev/locked
echo integrity >/sys/kernel/security/lockdown
head -c 5 /dev/locked 2>&1
head -c 5 <&3 2>&1
head -c 5 /dev/unlocked
lunatik list 2>&1' "$top/tests/vm/run" >/tmp/lockdown.$$ 2>&1 || :

grep -v '^$' /tmp/lockdown.$$ | sed 's/^/# /'

check() {
	if [ "$(grep -c "$2" /tmp/lockdown.$$)" = "$3" ]; then
		echo "ok $1"
	else
		echo "not ok $1"
	fi
}

check "1 before lockdown it can be read, and a device without the flag always" '^open$' 2
check "2 in lockdown it cannot be opened, and an open file cannot be read" 'head: .*Operation not permitted' 2
check "3 the control device is closed too" '^lunatik: .*\(Operation not permitted\|lock\)' 1
rm -f /tmp/lockdown.$$
