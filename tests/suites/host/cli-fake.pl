# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Stands in for /dev/lunatik: a terminal line in raw mode whose other end answers
# requests of the framed protocol, well or badly.
# usage: perl cli-fake.pl LINK MODE
# LINK becomes a symbolic link to the device; LINK.asked appears with the first request.

use strict;
use warnings;
use Fcntl;
use POSIX ();

my ($link, $mode) = @ARGV;

sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY or die "/dev/ptmx: $!";
my ($lock, $number) = (pack('i', 0), pack('i', 0));
ioctl $master, 0x40045431, $lock or die "TIOCSPTLCK: $!";
ioctl $master, 0x80045430, $number or die "TIOCGPTN: $!";
my $path = '/dev/pts/' . unpack 'i', $number;
sysopen my $slave, $path, O_RDWR | O_NOCTTY or die "$path: $!";

my $line = POSIX::Termios->new;
$line->getattr(fileno $slave);
$line->setiflag(0);
$line->setoflag(0);
$line->setlflag(0);
$line->setcc(POSIX::VMIN(), 1);
$line->setattr(fileno $slave, POSIX::TCSANOW());
symlink $path, $link or die "$link: $!";

my $input = '';

sub fill {
	my $n = sysread $master, $input, 65536, length $input;
	exit 1 if !$n;
}

sub request {
	fill() while $input !~ /\n/;
	$input =~ s/^\e([^\n]*) (\d+)\n// or die "bad header: $input";
	my ($words, $length) = ($1, $2);
	fill() while length $input < $length;
	return ($words, substr $input, 0, $length, '');
}

sub say_all {
	my ($text) = @_;
	while (length $text) {
		my $n = syswrite $master, $text, 65536;
		substr $text, 0, $n, '';
	}
}

sub ok { return 'ok ' . length($_[0]) . "\n" . $_[0] }
sub failure { return 'error ' . length($_[0]) . "\n" . $_[0] }

my %answers = (
	echo => sub { ok("$_[0]|$_[1]") },
	lengths => sub { ok(length $_[1]) },
	error => sub { failure("stdin:1: boom\nstack traceback:\n\tstdin:1: in main chunk") },
	nothing => sub { ok('') },
	big => sub { ok('x' x (1 << 20)) },
	binary => sub { ok("a\0b\n\e") },
	names => sub { ok($_[0] eq 'complete' ? "tonumber\ntostring" : 'here') },
	list => sub { ok("name\tstate\tsleep\na/long/name\tready\ttrue\nb\tloading\tfalse") },
	whole => sub { $_[1] =~ /\bend\b|_VERSION/ ? ok("ran $_[1]") : "incomplete 10\nnear <eof>" },
	badword => sub { "fine 2\nxx" },
	badlength => sub { "ok -1\nx" },
	hugelength => sub { "ok 99999999999999999999999\nx" },
	longlength => sub { "ok 999999999999\nx" },
	endless => sub { 'o' x 1000 },
	extra => sub { "ok 1\nabc" },
	cut => sub { "ok 10\nabc" },
);

while (1) {
	my ($words, $payload) = request();
	open my $asked, '>', "$link.asked";
	if ($mode eq 'dribble') {
		say_all($_) for split //, ok("slow and steady");
	} elsif ($mode ne 'silent') {
		say_all($answers{$mode}->($words, $payload));
	}
	last if $mode eq 'cut';		# and the line hangs up
}
