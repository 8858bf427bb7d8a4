// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * calls - makes system calls, an exact number of them
 *
 *	calls count N [CHILDREN]	each child: N times openat, read, write, readv,
 *					writev, close (and only those of these six)
 *	calls beat US			getppid() every US microseconds, until killed
 *	calls storm			getppid() as fast as can be, until killed
 *	calls rate MS			getppid() for that long: prints how many a second
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void count(long n)
{
	int in = open("/dev/zero", O_RDONLY), out = open("/dev/null", O_WRONLY);
	char byte;
	struct iovec iov = { &byte, 1 };

	/* these two, and their close() at the end, are the parent's to know */
	while (n--) {
		int fd = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);

		if (fd < 0 || syscall(SYS_read, in, &byte, 1) != 1 ||
		    syscall(SYS_write, out, &byte, 1) != 1 ||
		    syscall(SYS_readv, in, &iov, 1) != 1 ||
		    syscall(SYS_writev, out, &iov, 1) != 1 || syscall(SYS_close, fd))
			_exit(1);
	}
	_exit(0);
}

static int children(int n, void (*body)(long), long arg)
{
	int status, failed = 0, i;

	for (i = 0; i < n; i++)
		if (fork() == 0)
			body(arg);
	for (i = 0; i < n; i++)
		failed |= wait(&status) < 0 || status;
	return failed;
}

static void storm(void)
{
	for (;;)
		syscall(SYS_getppid);
}

static void beat(long us)
{
	struct timespec pause = { us / 1000000, us % 1000000 * 1000 };

	for (;;) {
		syscall(SYS_getppid);
		nanosleep(&pause, NULL);
	}
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void rate(long ms)
{
	long long end = now() + ms * 1000000LL;
	long calls = 0;
	int i;

	while (now() < end) {
		for (i = 0; i < 100; i++)
			syscall(SYS_getppid);
		calls += 100;
	}
	printf("%ld\n", calls * 1000 / ms);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long n = argc > 2 ? atol(argv[2]) : 1;

	if (!strcmp(what, "count"))
		return children(argc > 3 ? atoi(argv[3]) : 1, count, n);
	if (!strcmp(what, "beat"))
		beat(n);
	if (!strcmp(what, "storm"))
		storm();
	if (!strcmp(what, "rate"))
		rate(n);
	else
		return 2;
	return 0;
}
