# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=sh
# For suites about packets: a pair of interfaces, t-a and t-b, without anything that
# sends by itself. Sourced.

veth()
{
	ip link add t-a address 02:00:00:00:00:01 type veth peer name t-b address 02:00:00:00:00:02
	for side in t-a t-b; do
		echo 1 >/proc/sys/net/ipv6/conf/$side/disable_ipv6
	done
	ip link set t-a up
	ip link set t-b up
	ip addr add 10.9.0.2/24 dev t-b
	echo 0 >/proc/sys/net/ipv4/conf/t-b/rp_filter
	echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
	ip neigh add 10.9.0.1 lladdr 02:00:00:00:00:01 dev t-b
}

unveth() { ip link del t-a 2>/dev/null || true; }

# veth_there: t-b (10.9.0.2) is here, and t-a (10.9.0.1) in the namespace t-there
veth_there()
{
	ip netns add t-there
	ip link add t-b type veth peer name t-a netns t-there
	ip addr add 10.9.0.2/24 dev t-b
	ip -n t-there addr add 10.9.0.1/24 dev t-a
	ip link set t-b up
	ip -n t-there link set t-a up
	ip -n t-there link set lo up
}

there() { ip netns exec t-there "$@"; }

# sums_itself DEVICE: the kernel sums up what goes out by it, so that the receiver
# looks at the checksums; else nobody computes any between two ends of a veth
sums_itself()
{
	perl -MSocket -e '
		my ($device) = @ARGV;
		socket(my $s, PF_INET, SOCK_DGRAM, 0) or die;
		my $off = pack("L2", 0x17, 0);	# ETHTOOL_STXCSUM
		ioctl($s, 0x8946, my $request = pack("a16 p x16", $device, $off)) or die "$device: $!";' "$1"
}
