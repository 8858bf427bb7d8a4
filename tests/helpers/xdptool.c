// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * XDP programs without a network, and frames for those with one.
 *
 *	xdptool run PROGRAM [REPEAT]	shows each line of standard input (a frame, in
 *		hexadecimal) to a pinned program; prints what it returns and the frame
 *	xdptool counts MAP		prints the numbers in a pinned array
 *	xdptool flood DEVICE COUNT	sends so many frames; prints how many were sent
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define FRAME_MAX	3520	/* in one page, with what the kernel puts around it */

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int die(const char *what)
{
	fprintf(stderr, "xdptool: %s: %s\n", what, strerror(errno));
	return 1;
}

static int pinned(const char *path)
{
	union bpf_attr attr = { .pathname = (uintptr_t)path };

	return bpf(BPF_OBJ_GET, &attr);
}

static size_t unhex(const char *text, unsigned char *bytes)
{
	size_t n = 0;

	while (n < FRAME_MAX && sscanf(text + 2 * n, "%2hhx", &bytes[n]) == 1)
		n++;
	return n;
}

static void show(unsigned int verdict, const unsigned char *bytes, size_t n)
{
	printf("%d ", (int)verdict);
	for (size_t i = 0; i < n; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

static int run(const char *path, unsigned int repeat)
{
	static unsigned char in[FRAME_MAX], out[FRAME_MAX + 256];
	char line[2 * FRAME_MAX + 2];
	int program = pinned(path);

	if (program < 0)
		return die(path);
	while (fgets(line, sizeof(line), stdin)) {
		union bpf_attr attr = {
			.test.prog_fd = program,
			.test.data_in = (uintptr_t)in,
			.test.data_size_in = unhex(line, in),
			.test.data_out = (uintptr_t)out,
			.test.data_size_out = sizeof(out),
			.test.repeat = repeat,
		};

		if (bpf(BPF_PROG_TEST_RUN, &attr))
			return die("BPF_PROG_TEST_RUN");
		show(attr.test.retval, out, attr.test.data_size_out);
	}
	return 0;
}

static int counts(const char *path)
{
	int map = pinned(path);
	__u64 value;

	if (map < 0)
		return die(path);
	for (__u32 key = 0;; key++) {
		union bpf_attr attr = {
			.map_fd = map,
			.key = (uintptr_t)&key,
			.value = (uintptr_t)&value,
		};

		if (bpf(BPF_MAP_LOOKUP_ELEM, &attr))
			break;
		printf("%s%llu", key ? " " : "", (unsigned long long)value);
	}
	printf("\n");
	return 0;
}

static int flood(const char *device, long count)
{
	unsigned char frame[60] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(device),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	long sent = 0;

	if (fd < 0 || !to.sll_ifindex)
		return die(device);
	while (sent < count) {
		if (sendto(fd, frame, sizeof(frame), 0, (void *)&to, sizeof(to)) > 0)
			sent++;
		else if (errno != ENOBUFS)
			return die("sendto");
	}
	printf("%ld\n", sent);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "run"))
		return run(argv[2], argc > 3 ? atoi(argv[3]) : 1);
	if (!strcmp(what, "counts"))
		return counts(argv[2]);
	if (!strcmp(what, "flood") && argc > 3)
		return flood(argv[2], atol(argv[3]));
	fprintf(stderr, "usage: xdptool run PROGRAM [REPEAT] | counts MAP | flood DEVICE COUNT\n");
	return 2;
}
