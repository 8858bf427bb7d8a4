// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * nettool - does socket calls, one after the other, as a program would
 *
 *	nettool FAMILY TYPE OPERATION ...
 *
 * FAMILY is inet, inet6 or unix, TYPE stream, dgram or seqpacket. An address is
 * HOST:PORT (1.2.3.4:80, ::1:80), a path, or @name for an abstract one. Each
 * operation prints a line: its name, then what it returned or the name of the
 * errno. Exit status: 0, or 2 for bad usage, or 3 when an echo was wrong.
 *
 *	bind=ADDRESS  listen  accept	accept goes on with the new socket
 *	connect=ADDRESS			tried again for 20 s while nobody listens
 *	send=TEXT  sendto=ADDRESS=TEXT
 *	recv  recvfrom			one message, 30 s at most
 *	echo=COUNT=MAX			COUNT messages of 1 to MAX bytes are sent; the
 *					same bytes must come back, in order
 *	flood=COUNT			bytes are sent until COUNT are gone, or an error
 *	eof				reads until the other end has closed
 *	hold				until standard input ends
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define ROOM	1048576

struct address {
	union {
		struct sockaddr		any;
		struct sockaddr_in	inet;
		struct sockaddr_in6	inet6;
		struct sockaddr_un	un;
	};
	socklen_t len;
};

static char out[ROOM], in[ROOM];
static int family;

static void usage(const char *what)
{
	fprintf(stderr, "nettool: what is '%s'?\n", what);
	exit(2);
}

static void put(const char *what, long result)
{
	if (result < 0)
		printf("%s %s\n", what, strerrorname_np(errno));
	else
		printf("%s %ld\n", what, result);
}

static void parse_unix(struct address *address, const char *text)
{
	size_t len = strlen(text);

	if (len >= sizeof(address->un.sun_path))
		usage(text);
	memcpy(address->un.sun_path, text, len);
	address->len = offsetof(struct sockaddr_un, sun_path) + len + (text[0] != '@');
	if (text[0] == '@')
		address->un.sun_path[0] = '\0';
}

static struct address parse(const char *text)
{
	struct address address = { .any.sa_family = family };
	char host[64];
	char *colon;
	int good;

	if (family == AF_UNIX) {
		parse_unix(&address, text);
		return address;
	}
	snprintf(host, sizeof(host), "%s", text);
	colon = strrchr(host, ':');
	if (!colon)
		usage(text);
	*colon = '\0';
	if (family == AF_INET) {
		good = inet_pton(AF_INET, host, &address.inet.sin_addr);
		address.inet.sin_port = htons(atoi(colon + 1));
		address.len = sizeof(address.inet);
	} else {
		good = inet_pton(AF_INET6, host, &address.inet6.sin6_addr);
		address.inet6.sin6_port = htons(atoi(colon + 1));
		address.len = sizeof(address.inet6);
	}
	if (good != 1)
		usage(text);
	return address;
}

static void put_address(const struct address *address)
{
	char host[64] = "";

	if (family == AF_UNIX)
		printf(" %s%s\n", address->un.sun_path[0] ? "" : "@",
		       address->un.sun_path + !address->un.sun_path[0]);
	else if (family == AF_INET)
		printf(" %s:%d\n", inet_ntop(family, &address->inet.sin_addr, host, sizeof(host)),
		       ntohs(address->inet.sin_port));
	else
		printf(" %s:%d\n", inet_ntop(family, &address->inet6.sin6_addr, host, sizeof(host)),
		       ntohs(address->inet6.sin6_port));
}

/* a stream socket is made anew for each try: a failed one is spoilt */
static void do_connect(int *fd, const char *arg)
{
	struct address address = parse(arg);
	int type, err = -1;
	socklen_t len = sizeof(type);

	getsockopt(*fd, SOL_SOCKET, SO_TYPE, &type, &len);
	for (int i = 0; i < 400; i++) {
		err = connect(*fd, &address.any, address.len);
		if (err == 0 || (errno != ECONNREFUSED && errno != ENOENT))
			break;
		if (type != SOCK_DGRAM) {
			close(*fd);
			*fd = socket(family, type, 0);
		}
		usleep(50000);
		errno = ECONNREFUSED;
	}
	put("connect", err);
}

static void do_accept(int *fd)
{
	int session = accept(*fd, NULL, NULL);

	put("accept", session < 0 ? -1 : 0);
	if (session >= 0) {
		close(*fd);
		*fd = session;
	}
}

static void do_sendto(int fd, const char *arg)
{
	const char *text = strchr(arg, '=');
	struct address address;
	char name[128];

	if (!text)
		usage(arg);
	snprintf(name, sizeof(name), "%.*s", (int)(text - arg), arg);
	address = parse(name);
	put("sendto", sendto(fd, text + 1, strlen(text + 1), 0, &address.any, address.len));
}

static void do_recv(int fd, int from)
{
	struct address address = { .len = sizeof(struct sockaddr_un) };
	ssize_t got = recvfrom(fd, in, sizeof(in), 0, &address.any, &address.len);

	if (got < 0) {
		put("recv", got);
		return;
	}
	printf("recv %zd %.*s", got, (int)got, in);
	if (from)
		put_address(&address);
	else
		printf("\n");
}

static int echo_one(int fd, size_t len)
{
	size_t sent = 0, got = 0;
	ssize_t n;

	for (size_t i = 0; i < len; i++)
		out[i] = random();
	while (got < len) {
		if (sent < len) {
			n = send(fd, out + sent, len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
			if (n < 0 && errno != EAGAIN)
				return -1;
			sent += n > 0 ? n : 0;
		}
		n = recv(fd, in + got, len - got, sent < len ? MSG_DONTWAIT : 0);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return -1;
		got += n > 0 ? n : 0;
	}
	return memcmp(in, out, len);
}

static void do_echo(int fd, const char *arg)
{
	const char *text = strchr(arg, '=');
	long count = atol(arg), max = text ? atol(text + 1) : 0;

	if (count < 1 || max < 1 || max > ROOM)
		usage(arg);
	for (long i = 0; i < count; i++) {
		if (echo_one(fd, 1 + random() % max) == 0)
			continue;
		printf("echo wrong at %ld\n", i);
		exit(3);
	}
	put("echo", count);
}

static void do_flood(int fd, const char *arg)
{
	long count = atol(arg), sent = 0;
	ssize_t n = 0;

	for (; sent < count && n >= 0; sent += n)
		n = send(fd, out, sizeof(out), MSG_NOSIGNAL);
	put("flood", n < 0 ? n : 0);
}

static void do_eof(int fd)
{
	ssize_t n;

	do
		n = read(fd, in, sizeof(in));
	while (n > 0);
	put("eof", n);
}

static void do_hold(void)
{
	while (read(0, in, sizeof(in)) > 0)
		;
	put("hold", 0);
}

static void operate(int *fd, char *operation)
{
	char *arg = strchr(operation, '=');
	struct address address;

	if (arg)
		*arg++ = '\0';
	else
		arg = "";
	if (!strcmp(operation, "bind")) {
		address = parse(arg);
		put("bind", bind(*fd, &address.any, address.len));
	} else if (!strcmp(operation, "listen")) {
		put("listen", listen(*fd, 16));
	} else if (!strcmp(operation, "accept")) {
		do_accept(fd);
	} else if (!strcmp(operation, "connect")) {
		do_connect(fd, arg);
	} else if (!strcmp(operation, "send")) {
		put("send", send(*fd, arg, strlen(arg), MSG_NOSIGNAL));
	} else if (!strcmp(operation, "sendto")) {
		do_sendto(*fd, arg);
	} else if (!strncmp(operation, "recv", 4)) {
		do_recv(*fd, operation[4]);
	} else if (!strcmp(operation, "echo")) {
		do_echo(*fd, arg);
	} else if (!strcmp(operation, "flood")) {
		do_flood(*fd, arg);
	} else if (!strcmp(operation, "eof")) {
		do_eof(*fd);
	} else if (!strcmp(operation, "hold")) {
		do_hold();
	} else {
		usage(operation);
	}
}

int main(int argc, char **argv)
{
	struct timeval patience = { .tv_sec = 30 };
	int fd, type;

	if (argc < 4) {
		fprintf(stderr, "usage: nettool FAMILY TYPE OPERATION ...\n");
		return 2;
	}
	family = !strcmp(argv[1], "unix") ? AF_UNIX :
		 !strcmp(argv[1], "inet6") ? AF_INET6 : AF_INET;
	type = !strcmp(argv[2], "dgram") ? SOCK_DGRAM :
	       !strcmp(argv[2], "seqpacket") ? SOCK_SEQPACKET : SOCK_STREAM;
	setvbuf(stdout, NULL, _IOLBF, 0);
	fd = socket(family, type, 0);
	if (fd < 0) {
		put("socket", fd);
		return 1;
	}
	for (int i = 3; i < argc; i++) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		operate(&fd, argv[i]);
	}
	return 0;
}
