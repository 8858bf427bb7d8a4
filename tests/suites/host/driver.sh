#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Runs driver.lua, which says what it is about, under the Lua of this machine.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
lua=${LUA:-lua5.4}
if ! command -v "$lua" >/dev/null; then
	echo "KTAP version 1"
	echo "1..0 # SKIP no $lua on this machine"
	exit 0
fi
exec "$lua" "$here/driver.lua" "$here/../../../lib"
