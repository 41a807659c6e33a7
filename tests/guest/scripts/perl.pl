#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# needs: perl
use strict;
use warnings;
use threads;
use IO::Socket::UNIX;
use Time::HiRes qw(ualarm);
$| = 1;
print `echo back`;
for my $n (1 .. 10) {
	my $pid = fork // die;
	exit $n unless $pid;
	waitpid $pid, 0;
	print $? >> 8, " ";
}
print "\n";
open(my $sort, "|-", "sort", "-n") or die;
print $sort "$_\n" for 9, 10, 1;
close $sort;
open(my $list, "-|", "echo list; exit 3") or die;
print <$list>;
close $list;
print $? >> 8, "\n";
eval { local $SIG{ALRM} = sub { die "alarm\n" }; ualarm 100000; select undef, undef, undef, 9; };
print $@;
my $usr = 0;
$SIG{USR1} = sub { $usr++ };
kill USR1 => $$ for 1 .. 100;
print "$usr\n";
print join(",", map { $_->join } map { my $n = $_; threads->create(sub { $n * $n }) } 1 .. 8), "\n";
my $server = IO::Socket::UNIX->new(Local => "socket", Listen => 4) or die;
my $pid = fork // die;
unless ($pid) {
	my $client = IO::Socket::UNIX->new(Peer => "socket") or die;
	print $client "over a socket\n";
	exit 0;
}
print $server->accept->getline;
print wait == $pid ? "waited\n" : "no\n", wait, "\n";
system("kill -9 \$\$");
print $? & 127, "\n";
exec "sh", "-c", "echo executed; exit 6";
