// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Prints how many nanoseconds one sendto(2) of a small UDP datagram takes, the median
 * of three rows of COUNT calls. What goes to port 53 asks for a name.
 *
 * usage: netcost ADDRESS PORT COUNT
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static struct sockaddr_in to = { .sin_family = AF_INET };

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* header, one question: host5000.example.org, A, IN */
static const char question[] =
	"\x12\x34\001\0\0\001\0\0\0\0\0\0\010host5000\007example\003org\0\0\001\0\001";

static long long row(int fd, int count)
{
	long long start = now();
	char zeroes[32] = "";
	bool dns = to.sin_port == htons(53);
	const char *bytes = dns ? question : zeroes;
	size_t size = dns ? sizeof(question) - 1 : sizeof(zeroes);

	for (int i = 0; i < count; i++) {
		if (sendto(fd, bytes, size, 0, (struct sockaddr *)&to, sizeof(to)) < 0) {
			perror("sendto");
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
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long long rows[3];
	int count = argc == 4 ? atoi(argv[3]) : 0;

	if (count < 1 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: netcost ADDRESS PORT COUNT\n");
		return 2;
	}
	to.sin_port = htons(atoi(argv[2]));
	row(fd, count / 10 + 1);
	for (int i = 0; i < 3; i++)
		rows[i] = row(fd, count);
	qsort(rows, 3, sizeof(*rows), compare);
	printf("%lld\n", rows[1]);
	return 0;
}
