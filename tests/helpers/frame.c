// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * frame - sends Ethernet frames
 *
 *	frame INTERFACE DESTINATION SOURCE TYPE LENGTH [COUNT]
 *
 * Addresses are twelve hexadecimal digits, TYPE four; LENGTH is of the whole frame.
 * Exit status: 0, 1 when one could not be sent, 2 for bad usage.
 */

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LENGTH_MAX	(64 << 10)

static void address(const char *digits, unsigned char *to)
{
	for (int i = 0; i < 6; i++)
		if (sscanf(digits + 2 * i, "%2hhx", &to[i]) != 1)
			exit(2);
}

int main(int argc, char **argv)
{
	static unsigned char bytes[LENGTH_MAX];
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = 6 };
	int length = argc > 5 ? atoi(argv[5]) : 0;
	int count = argc > 6 ? atoi(argv[6]) : 1;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	unsigned short type;

	if (length < 14 || length > LENGTH_MAX) {
		fprintf(stderr, "usage: frame INTERFACE DESTINATION SOURCE TYPE LENGTH [COUNT]\n");
		return 2;
	}
	address(argv[2], bytes);
	address(argv[3], bytes + 6);
	type = htons(strtoul(argv[4], NULL, 16));
	memcpy(bytes + 12, &type, sizeof(type));
	memcpy(to.sll_addr, bytes, 6);
	to.sll_ifindex = if_nametoindex(argv[1]);
	for (; count; count--)
		if (sendto(fd, bytes, length, 0, (struct sockaddr *)&to, sizeof(to)) != length) {
			perror(argv[1]);
			return 1;
		}
	return 0;
}
