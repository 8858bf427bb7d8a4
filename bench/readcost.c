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

#include "measure.h"
#include <unistd.h>

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

int main(int argc, char **argv)
{
	long long rows[ROWS];
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
	for (int i = 0; i < ROWS; i++)
		rows[i] = row(fd, count);
	printf("%lld\n", median(rows));
	return 0;
}
