/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * measure.h - the clock of what is measured, and the middle of three rows
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdlib.h>
#include <time.h>

#define ROWS	3

static inline long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static inline int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

static inline long long median(long long *rows)
{
	qsort(rows, ROWS, sizeof(*rows), compare);
	return rows[ROWS / 2];
}

#endif /* MEASURE_H */
