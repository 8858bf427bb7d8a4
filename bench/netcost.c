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

#include "measure.h"

static struct sockaddr_in to = { .sin_family = AF_INET };

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

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long long rows[ROWS];
	int count = argc == 4 ? atoi(argv[3]) : 0;

	if (count < 1 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: netcost ADDRESS PORT COUNT\n");
		return 2;
	}
	to.sin_port = htons(atoi(argv[2]));
	row(fd, count / 10 + 1);
	for (int i = 0; i < ROWS; i++)
		rows[i] = row(fd, count);
	printf("%lld\n", median(rows));
	return 0;
}
