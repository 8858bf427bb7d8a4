#!/usr/bin/perl
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# hello.pl ADDRESS NAME SEGMENTS [RECORDS]: connects to ADDRESS (port 443), sends a TLS
# ClientHello that asks for NAME, in so many TCP segments, cut into so many TLS records,
# and waits for an answer. Status 0 when one comes, 1 when none does in three seconds.
#
# hello.pl serve ADDRESS: answers to whole hellos that come to port 443 there, any
# number at once.

use strict;
use warnings;
use Socket qw(:all);
use IO::Select;

# complete BYTES: all of a handshake message is in these records
sub complete {
	my ($bytes) = @_;
	my $text = '';
	while (length $bytes >= 5) {
		my $size = unpack 'x3 n', $bytes;
		return 0 if length $bytes < 5 + $size;
		$text .= substr $bytes, 5, $size;
		$bytes = substr $bytes, 5 + $size;
	}
	return length $text >= 4 && length $text >= 4 + unpack 'N', "\0" . substr $text, 1, 3;
}

sub family { return $_[0] =~ /:/ ? AF_INET6 : AF_INET; }

# port 443 of an address
sub port_of {
	my ($address) = @_;
	return pack_sockaddr_in6(443, inet_pton(AF_INET6, $address)) if family($address) == AF_INET6;
	return pack_sockaddr_in(443, inet_pton(AF_INET, $address));
}

sub serve {
	my ($address) = @_;
	my $listener;
	socket($listener, family($address), SOCK_STREAM, 0) or die "socket: $!\n";
	setsockopt $listener, SOL_SOCKET, SO_REUSEADDR, 1;
	bind($listener, port_of($address)) or die "$address: $!\n";
	listen $listener, 32;
	my %bytes;
	my $select = IO::Select->new($listener);
	while (my @ready = $select->can_read) {
		for my $socket (@ready) {
			if ($socket == $listener) {
				accept(my $new, $listener) or next;
				$select->add($new);
				next;
			}
			my $got = sysread $socket, $bytes{$socket}, 4096, length($bytes{$socket} // '');
			syswrite $socket, "\x16\3\3" if $got && complete($bytes{$socket});
			next if $got;
			delete $bytes{$socket};
			$select->remove($socket);
			close $socket;
		}
	}
}

serve($ARGV[1]) if $ARGV[0] eq 'serve';

my ($address, $name, $segments, $records) = @ARGV;

my $entry = pack 'C n/a', 0, $name;
my $extensions = pack('n n/a', 0, pack('n/a', $entry))
	. pack('n n/a', 10, pack('n n n', 4, 0x1d, 0x17))
	. pack('n n/a', 11, "\1\0")
	. pack('n n/a', 13, pack('n n*', 12, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501));
my $body = pack('n', 0x0303) . 'r' x 32 . "\0" . pack('n n*', 10, 0xc02f, 0xc030, 0xc02b, 0xc02c, 0x009c)
	. "\1\0" . pack('n/a', $extensions);
my $hello = pack('C C n', 1, 0, length $body) . $body;

# cut TEXT PIECES: as even as can be
sub cut {
	my ($text, $count) = @_;
	my @pieces;
	foreach my $left (reverse 1 .. $count) {
		my $size = int((length($text) + $left - 1) / $left) || last;
		push @pieces, substr $text, 0, $size, '';
	}
	return @pieces;
}

my $bytes = join '', map { pack 'C n n/a', 22, 0x0301, $_ } cut($hello, $records // 1);

my $s;
socket($s, family($address), SOCK_STREAM, 0) or die "socket: $!\n";
setsockopt($s, IPPROTO_TCP, TCP_NODELAY, 1);
connect($s, port_of($address)) or die "$address: $!\n";
for my $piece (cut($bytes, $segments)) {
	defined send($s, $piece, 0) or die "send: $!\n";
	select(undef, undef, undef, 0.003);
}
unless (IO::Select->new($s)->can_read(3)) {
	print "no answer\n";
	exit 1;
}
my $got = sysread $s, my $answer, 100;
exit($got && ord($answer) == 22 ? 0 : 2);
