// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * latency - how long a device makes its callers wait
 *
 *	latency PATH COUNT
 *
 * COUNT times: opens PATH and writes a byte (an error is as good as a success).
 * Prints the median and the longest time that took, in microseconds. Closing is not
 * counted: what a script closes then may take its time.
 * Exit status: 0, 1 when PATH cannot be opened, 2 for bad usage.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS	10000

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000L + time.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
	return *(const long *)a < *(const long *)b ? -1 : 1;
}

static long round_trip(const char *path)
{
	long start = now();
	int fd = open(path, O_RDWR);
	ssize_t written;
	long end;

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	written = write(fd, "x", 1);
	(void)written;
	end = now();
	close(fd);
	return end - start;
}

int main(int argc, char **argv)
{
	static long times[ROUNDS];
	int count = argc == 3 ? atoi(argv[2]) : 0;

	if (count < 1 || count > ROUNDS) {
		fprintf(stderr, "usage: latency PATH COUNT\n");
		return 2;
	}
	for (int i = 0; i < count; i++)
		times[i] = round_trip(argv[1]);
	qsort(times, count, sizeof(*times), compare);
	printf("%ld %ld\n", times[count / 2], times[count - 1]);
	return 0;
}
