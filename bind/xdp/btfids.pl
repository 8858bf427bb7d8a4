#!/usr/bin/perl
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# btfids.pl FUNCTION IDS BASE BTF: writes into IDS (a module's section .BTF_ids, with one
# set of one function in it) the number that FUNCTION has in the module's type
# information BTF, which goes on where the kernel's own, BASE, ends.
#
# btfids.pl --complete IDS: whether that has been done.
#
# What the files look like is in the kernel's Documentation/bpf/btf.rst; a set is its
# number of elements and flags, then a type's number and flags for each.

use strict;
use warnings;

my $KIND_FUNC = 12;
# kind => bytes behind a type, and for each of its members
my %tail = (1 => [4, 0], 3 => [12, 0], 4 => [0, 12], 5 => [0, 12], 6 => [0, 8], 13 => [0, 8],
	14 => [4, 0], 15 => [0, 12], 17 => [4, 0], 19 => [0, 12]);

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/ = undef;
	return scalar <$file>;
}

sub spit {
	my ($path, $bytes) = @_;
	open my $file, '>:raw', $path or die "$path: $!\n";
	print {$file} $bytes or die "$path: $!\n";
	close $file or die "$path: $!\n";
	return;
}

sub parse {
	my ($path) = @_;
	my $bytes = slurp($path);
	my ($magic, undef, undef, $head, $type_at, $type_size, $text_at, $text_size) = unpack 'S C C L5', $bytes;
	die "$path: no BTF of this kind of machine\n" if $magic != 0xeb9f;
	return substr($bytes, $head + $type_at, $type_size), substr($bytes, $head + $text_at, $text_size);
}

# each TYPES CODE: calls it with what stands before each type; returns how many there are
sub each_type {
	my ($types, $code) = @_;
	my ($at, $count) = (0, 0);
	while ($at < length $types) {
		my ($name, $info) = unpack 'L2', substr $types, $at, 8;
		my ($fixed, $each) = @{$tail{$info >> 24 & 31} // [0, 0]};
		$code->(++$count, $name, $info >> 24 & 31) if $code;
		$count++ unless $code;
		$at += 12 + $fixed + $each * ($info & 0xffff);
	}
	return $count;
}

sub number_of {
	my ($function, $base, $btf) = @_;
	my ($base_types, $base_text) = parse($base);
	my ($types, $text) = parse($btf);
	my $before = each_type($base_types);
	my $found;
	each_type($types, sub {
		my ($number, $name, $kind) = @_;
		$name -= length $base_text;
		return if $kind != $KIND_FUNC || $name < 0;
		$found = $before + $number if unpack('Z*', substr $text, $name) eq $function;
	});
	return $found // die "$btf: no function $function\n";
}

my ($function, $ids, $base, $btf) = @ARGV;
my @set = unpack 'L4', slurp($ids);
exit(@set == 4 && $set[0] && $set[2] ? 0 : 1) if $function eq '--complete';
die "$ids: not one set of one function\n" if @set != 4 || length slurp($ids) != 16;
$set[0] = 1;
$set[2] = number_of($function, $base, $btf);
spit($ids, pack 'L4', @set);
