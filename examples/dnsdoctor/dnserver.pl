#!/usr/bin/perl
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# dnserver.pl ADDRESS NAME=IP...: a name server that knows these names and no others,
# at UDP port 53 of ADDRESS. For setup.sh: nothing to be installed.

use strict;
use warnings;
use IO::Socket::INET;

my $address = shift // die "usage: dnserver.pl ADDRESS NAME=IP...\n";
my %known = map { my ($name, $ip) = split /=/; lc $name => inet_aton($ip) } @ARGV;
my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => $address, LocalPort => 53)
	or die "dnserver.pl: $address: $!\n";

# the first question: its name, and its bytes
sub question {
	my ($message) = @_;
	my ($at, @labels) = (12);
	while ((my $size = unpack "x$at C", $message) // 0) {
		$size = unpack "x$at C", $message;
		return if $size > 63 || $at + 1 + $size >= length $message;
		push @labels, substr $message, $at + 1, $size;
		$at += 1 + $size;
	}
	return if $at + 5 > length $message;
	return (lc join('.', @labels), substr($message, 12, $at + 5 - 12), unpack("x$at x n", $message));
}

while (defined(my $peer = $socket->recv(my $message, 1500))) {
	next if length $message < 17;
	my ($name, $bytes, $type) = question($message);
	next unless defined $name;
	my $ip = $known{$name};
	my $answer = defined $ip && $type == 1 ? pack('n n n N n a4', 0xc00c, 1, 1, 60, 4, $ip) : '';
	my $flags = 0x8580 | (defined $ip ? 0 : 3);
	$socket->send(substr($message, 0, 2) . pack('n5', $flags, 1, $answer ? 1 : 0, 0, 0) . $bytes . $answer, 0, $peer);
}
