#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# setup.sh: the network that nf_dnsdoctor.lua is about. As root; cleanup.sh undoes it.
#
#	this machine             ns1 (a router)               ns2
#	dd-host 10.1.1.2 ------- dd-left 10.1.1.1
#	                         dd-right 10.1.2.1 ---------- dd-server 10.1.2.2: dnserver
#
# /etc/resolv.conf is kept as resolv.conf.lunatik, and names dnserver instead.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
RESOLV=/etc/resolv.conf
PIDFILE=/run/lunatik-dnserver.pid

[ "$(id -u)" = 0 ] || { echo "setup.sh: as root, please" >&2; exit 1; }
[ ! -e "$RESOLV.lunatik" ] || { echo "setup.sh: it is set up; cleanup.sh comes first" >&2; exit 1; }
trap '[ $? = 0 ] || "$here/cleanup.sh"' EXIT

ip netns add ns1
ip netns add ns2
ip link add dd-host type veth peer name dd-left netns ns1
ip -n ns1 link add dd-right type veth peer name dd-server netns ns2

ip addr add 10.1.1.2/24 dev dd-host
ip link set dd-host up
ip -n ns1 addr add 10.1.1.1/24 dev dd-left
ip -n ns1 addr add 10.1.2.1/24 dev dd-right
ip -n ns1 link set dd-left up
ip -n ns1 link set dd-right up
ip netns exec ns1 sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip -n ns2 addr add 10.1.2.2/24 dev dd-server
ip -n ns2 link set dd-server up
ip -n ns2 route add default via 10.1.2.1
ip route add 10.1.2.0/24 via 10.1.1.1

cp -P "$RESOLV" "$RESOLV.lunatik" 2>/dev/null || : >"$RESOLV.lunatik"
rm -f "$RESOLV"
echo 'nameserver 10.1.2.2' >"$RESOLV"

ip netns exec ns2 perl "$here/dnserver.pl" 10.1.2.2 lunatik.com=192.168.10.1 >/dev/null 2>&1 </dev/null &
echo $! >"$PIDFILE"
until ip netns exec ns2 grep -q ':0035 ' /proc/net/udp; do
	kill -0 "$(cat "$PIDFILE")" || { echo "setup.sh: dnserver.pl has ended" >&2; exit 1; }
	sleep 0.1
done
