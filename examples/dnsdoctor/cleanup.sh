#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# cleanup.sh: undoes what setup.sh did, as far as it came. As root.

set -u

RESOLV=/etc/resolv.conf
PIDFILE=/run/lunatik-dnserver.pid

if [ -e "$PIDFILE" ]; then
	kill "$(cat "$PIDFILE")" 2>/dev/null
	rm -f "$PIDFILE"
fi
if [ -e "$RESOLV.lunatik" ] || [ -L "$RESOLV.lunatik" ]; then
	rm -f "$RESOLV"
	mv "$RESOLV.lunatik" "$RESOLV"
fi
ip link del dd-host 2>/dev/null
ip netns del ns1 2>/dev/null
ip netns del ns2 2>/dev/null
true
