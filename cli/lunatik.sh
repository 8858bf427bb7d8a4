#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# The words that Lunatik 3.0 had for lunatik(8), to be run from the checkout.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
lunatik=$here/lunatik
[ -x "$lunatik" ] || lunatik=lunatik

# Copies the Lua half of the control device, as `make install` also does.
install_scripts()
{
	target=${DESTDIR-}/lib/modules/lua
	for script in driver.lua lunatik/runner.lua; do
		install -D -m 0644 "$here/../lib/$script" "$target/$script"
	done
}

[ $# -eq 1 ] || set -- usage
case $1 in
start) exec "$lunatik" load ;;
stop) exec "$lunatik" unload ;;
restart) exec "$lunatik" reload ;;
status) exec "$lunatik" status ;;
install) install_scripts ;;
run) exec "$lunatik" ;;
*)
	echo "usage: $0 {start|stop|restart|status|install|run}" >&2
	exit 2
	;;
esac
