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

# an answer to log: UPTO NOW KNOWN, and records: seq, time, times, level, script, text [, cut]
sub said {
	my ($head, @records) = @_;
	my $text = "$head\n";
	$text .= join(' ', @$_[0 .. 4], length $$_[5], $$_[6] // 0) . "\n$$_[5]\n" for @records;
	return ok($text);
}

my $time = 1795285233123456789;
my %pages = (	# by the words of the request; the others are answered with an error
	log => {
		'log 0 0' => said('9 9 1',
			[1, $time, 1, 6, 'examples/tap', 'plain'],
			[2, $time, 3, 3, 'a', "boom\nstack traceback:\n\tx:1: in main chunk"],
			[3, $time, 1, 6, 'a', "\e[2J\a\r\0|\x7f|\x9b2J|\xc2\x9b|\xc0\xaf|\xff|caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"],
			[5, $time, 1, 6, 'a', ''],
			[7, $time, 1, 6, 'b', "ends\n"],
			[9, $time, 2, 6, 'b', "long\ntext", 1]),
	},
	pages => {
		'log 0 0' => said('2 5 1', [2, $time, 1, 6, 'a', 'one']),
		'log 2 0' => said('5 8 1', [5, $time, 1, 6, 'a', 'two']),
	},
	unknown => { 'log 0 0' => said('5 5 0'), 'log 5 1000' => said('6 6 1', [6, $time, 1, 6, 'x', 'late']) },
	empty => { 'log 0 0' => said('5 5 1') },
	many => { 'log 0 0' => said('9999 9999 1', map { [$_, $time, 1, 6, 'a', 'x' x 100] } 1 .. 9999) },
	headless => { 'log 0 0' => ok('') },
	short => { 'log 0 0' => ok("1 1 1\n1 1 1 6 a 10 0\nshort\n") },
	follow => {
		'log 0 0' => said('1 1 1', [1, $time, 1, 6, 'a', 'first']),
		'log 1 1000' => said('2 2 1', [2, $time, 1, 6, 'a', 'second']),
	},
	woken => {
		'log 0 0' => said('1 1 1', [1, $time, 1, 6, 'a', 'first']),
		'log 1 1000' => failure('interrupted'),
	},
	quiet => { map { ($_ => said('0 0 1')) } 'log 0 0', 'log 0 1000' },
);

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
	} elsif ($pages{$mode}) {
		say_all(delete $pages{$mode}{$words} // failure("asked: $words|$payload"));
		$pages{quiet} = { map { ($_ => said('0 0 1')) } 'log 0 0', 'log 0 1000' };
	} elsif ($mode ne 'silent') {
		say_all($answers{$mode}->($words, $payload));
	}
	last if $mode eq 'cut';		# and the line hangs up
}
