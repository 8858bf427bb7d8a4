# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Runs a command on a terminal of its own and talks to it by a script.
# usage: perl pty.pl SCRIPT COMMAND [ARGUMENT ...]
#
# Each line of SCRIPT is one of
#	expect TEXT	wait for TEXT in what the command printed since the last match
#	send TEXT	type TEXT
#	pause SECONDS	read on meanwhile; only where nothing shows what is waited for
#	wait FILE	wait until there is such a file
#	exit STATUS	wait for the command to end, with this status
#	absent TEXT	fail if TEXT was printed since the last match
# TEXT may hold \n \r \t \e \xHH \\. Needs nothing but perl-base. Exit status 0:
# all went as said; 1: not, and the transcript is on stdout as KTAP comments.
# PTY_TIMEOUT is how many seconds an expect waits (default 60).

use strict;
use warnings;
use Fcntl;
use POSIX ();

my ($script, @command) = @ARGV;
my $timeout = $ENV{PTY_TIMEOUT} // 60;
my ($output, $seen) = ('', 0);

sub unescape {
	my ($text) = @_;
	my %map = (n => "\n", r => "\r", t => "\t", e => "\e", '\\' => '\\');
	$text =~ s/\\(?:x([0-9a-fA-F]{2})|(.))/defined $1 ? chr hex $1 : $map{$2} \/\/ die "bad escape \\$2"/ge;
	return $text;
}

sub fail {
	my ($why) = @_;
	(my $text = $output) =~ s/[^\x20-\x7e\n]/sprintf '\\x%02x', ord $&/ge;
	$text =~ s/^/#   /gm;
	print "# pty: $why; transcript:\n$text\n";
	exit 1;
}

sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY or die "/dev/ptmx: $!";
my ($lock, $number) = (pack('i', 0), pack('i', 0));
ioctl $master, 0x40045431, $lock or die "TIOCSPTLCK: $!";
ioctl $master, 0x80045430, $number or die "TIOCGPTN: $!";
my $slave_path = '/dev/pts/' . unpack 'i', $number;

my $pid = fork // die "fork: $!";
if (!$pid) {
	POSIX::setsid();
	sysopen my $slave, $slave_path, O_RDWR or die "$slave_path: $!";
	POSIX::dup2(fileno $slave, $_) for 0 .. 2;
	my $steal = 0;
	ioctl STDIN, 0x540e, $steal;			# TIOCSCTTY
	my $size = pack 'S4', 24, 80, 0, 0;
	ioctl STDIN, 0x5414, $size;			# TIOCSWINSZ
	exec { $command[0] } @command or die "$command[0]: $!";
}

# Reads what there is, waiting for it at most that long; false at the end.
sub pump {
	my ($wait) = @_;
	my $bits = '';
	vec($bits, fileno $master, 1) = 1;
	return 1 if select($bits, undef, undef, $wait) <= 0;
	my $n = sysread $master, $output, 65536, length $output;
	return defined $n && $n > 0;
}

sub expect {
	my ($text) = @_;
	my $end = time + $timeout;
	my $at;
	while (($at = index $output, $text, $seen) < 0) {
		fail("the command ended, wanted '$text'") if !pump(1) && index($output, $text, $seen) < 0;
		fail("no '$text' in $timeout s") if time > $end;
	}
	$seen = $at + length $text;
}

sub await {
	my ($file) = @_;
	my $end = time + $timeout;
	while (!-e $file) {
		fail("no $file in $timeout s") if time > $end;
		pump(0.1);
	}
}

sub finish {
	my ($status) = @_;
	my $end = time + $timeout;
	1 while pump(0.2) && time <= $end;
	while (!waitpid $pid, POSIX::WNOHANG()) {
		fail("still running after $timeout s") if time > $end;
		pump(0.1) or select undef, undef, undef, 0.1;
	}
	my $got = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	fail("exit status $got, wanted $status") if $got != $status;
}

open my $lines, '<', $script or die "$script: $!";
while (my $line = <$lines>) {
	next if $line =~ /^\s*(#|$)/;
	my ($verb, $text) = $line =~ /^(\w+) ?(.*)$/ or die "bad line: $line";
	$text = unescape($text);
	if ($verb eq 'expect') {
		expect($text);
	} elsif ($verb eq 'send') {
		syswrite $master, $text;
	} elsif ($verb eq 'absent') {
		fail("unwanted '$text'") if index($output, $text, $seen) >= 0;
	} elsif ($verb eq 'pause') {
		my $end = time + $text;
		pump(0.1) while time <= $end;
	} elsif ($verb eq 'wait') {
		await($text);
	} elsif ($verb eq 'exit') {
		finish($text);
	} else {
		die "bad line: $line";
	}
}
