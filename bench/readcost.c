// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Prints how many nanoseconds one read(2) of a file takes, the median of three
 * rows of COUNT calls. What it reads does not matter; an error ends it.
 *
 * usage: readcost FILE COUNT
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long row(int fd, int count)
{
	long long start;
	char byte;

	start = now();
	for (int i = 0; i < count; i++) {
		if (read(fd, &byte, 1) < 0) {
			perror("read");
			exit(1);
		}
	}
	return (now() - start) / count;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	long long rows[3];
	int count = argc == 3 ? atoi(argv[2]) : 0;
	int fd;

	if (count < 1) {
		fprintf(stderr, "usage: readcost FILE COUNT\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	row(fd, count / 10 + 1);
	for (int i = 0; i < 3; i++)
		rows[i] = row(fd, count);
	qsort(rows, 3, sizeof(*rows), compare);
	printf("%lld\n", rows[1]);
	return 0;
}
