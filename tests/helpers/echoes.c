// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * echoes - clients of an echo server on 127.0.0.1
 *
 *	echoes stream PORT CONNECTIONS MESSAGES MAXLEN [SEED [DELAY]]
 *		Many connections at once, in one process. Each sends MESSAGES messages of
 *		random bytes and a random length from 1 to MAXLEN, 256 KiB ahead of what
 *		came back (as many as are taken, for the first DELAY ms, when nothing is
 *		read), closes its sending half and wants every byte back, in order, and
 *		then the end of the stream.
 *	echoes short PORT COUNT		COUNT connections one after the other, a line each
 *	echoes reset PORT COUNT		COUNT that send 64 KiB and are reset, reading nothing
 *	echoes hold PORT COUNT		COUNT at once that say nothing; prints "held" when a
 *					byte of each came back, ends when all were closed
 *	echoes free PORT		can a server bind and listen there?
 *
 * Exit status: 0, 1 when something was wrong (it says what), 2 for bad usage. A
 * server from which nothing comes for 60 seconds is wrong, too.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE	60000	/* ms */
#define POOL		(1024 << 10)
#define PIECE		(64 << 10)
#define AHEAD		(256 << 10)	/* bytes sent that have not come back, each connection */

/* where a connection is in its row of messages, sending or receiving */
struct place {
	unsigned int message;
	unsigned int offset;	/* in it */
};

struct connection {
	int fd;
	int number;
	struct place out, in;
	unsigned long long sent, received;
	bool shut;
};

static unsigned char pool[POOL + PIECE];	/* every message is a piece of it */
static unsigned char buffer[PIECE];
static unsigned int seed = 1, messages, maxlen;
static bool greedy;			/* sends without a limit, reads nothing */
static unsigned long long bytes;

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static unsigned int mix(unsigned int x)
{
	x ^= x >> 16;
	x *= 0x7feb352d;
	x ^= x >> 15;
	x *= 0x846ca68b;
	return x ^ x >> 16;
}

static void fill_pool(void)
{
	for (size_t i = 0; i < sizeof(pool); i += sizeof(unsigned int)) {
		unsigned int word = mix(seed * 31 + i);

		memcpy(pool + i, &word, sizeof(word));
	}
}

static unsigned int hash(const struct connection *c, unsigned int message)
{
	return mix(mix(seed + c->number) + message);
}

static unsigned int message_length(const struct connection *c, unsigned int message)
{
	return 1 + hash(c, message) % maxlen;
}

static const unsigned char *message_bytes(const struct connection *c, unsigned int message)
{
	return pool + mix(hash(c, message)) % POOL;
}

static void advance(const struct connection *c, struct place *place, unsigned int len)
{
	place->offset += len;
	if (place->offset == message_length(c, place->message)) {
		place->offset = 0;
		place->message++;
	}
}

static struct sockaddr_in address(int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return address;
}

static int dial(int port)
{
	struct sockaddr_in to = address(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket: %m");
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect to port %d: %m", port);
	return fd;
}

/* ------------------------------------------------------------------- stream */

static void send_some(struct connection *c)
{
	while (c->out.message < messages) {
		unsigned int left = message_length(c, c->out.message) - c->out.offset;
		ssize_t n = send(c->fd, message_bytes(c, c->out.message) + c->out.offset, left,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("connection %d, message %u: send: %m", c->number,
			    c->out.message);
		bytes += n;
		c->sent += n;
		advance(c, &c->out, n);
		if (!greedy && c->sent - c->received > AHEAD)
			return;
	}
	c->shut = true;
	if (shutdown(c->fd, SHUT_WR))
		die("connection %d: shutdown: %m", c->number);
}

static void compare(struct connection *c, const unsigned char *got, unsigned int len)
{
	while (len) {
		unsigned int part = message_length(c, c->in.message) - c->in.offset;

		if (c->in.message >= messages)
			die("connection %d: more came back than was sent", c->number);
		if (part > len)
			part = len;
		if (memcmp(got, message_bytes(c, c->in.message) + c->in.offset, part))
			die("connection %d: message %u came back wrong", c->number, c->in.message);
		advance(c, &c->in, part);
		got += part;
		len -= part;
	}
}

/* true at the end of the stream */
static bool receive_some(struct connection *c)
{
	ssize_t n = recv(c->fd, buffer, sizeof(buffer), 0);

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n < 0)
		die("connection %d, message %u: recv: %m", c->number, c->in.message);
	if (n > 0) {
		c->received += n;
		compare(c, buffer, n);
		return false;
	}
	if (c->in.message != messages)
		die("connection %d: closed in message %u of %u", c->number, c->in.message,
		    messages);
	return true;
}

static void serve(struct connection *c, struct pollfd *set)
{
	if ((set->revents & POLLOUT) && !c->shut)
		send_some(c);
	if ((set->revents & (POLLIN | POLLHUP | POLLERR)) && receive_some(c)) {
		close(c->fd);
		c->fd = -1;
	}
}

static bool may_send(const struct connection *c)
{
	return !c->shut && (greedy || c->sent - c->received <= AHEAD);
}

static int watch(struct connection *all, struct pollfd *set, int count)
{
	int open = 0;

	for (int i = 0; i < count; i++) {
		set[i].fd = all[i].fd;
		set[i].events = (greedy ? 0 : POLLIN) | (may_send(&all[i]) ? POLLOUT : 0);
		open += all[i].fd >= 0;
	}
	return open;
}

static void stream(struct connection *all, int count, double delay)
{
	struct pollfd *set = calloc(count, sizeof(*set));
	double since = now();

	for (greedy = delay > 0; watch(all, set, count); greedy = now() - since < delay) {
		int ready = poll(set, count, greedy ? 10 : PATIENCE);

		if (ready < 0 || (!ready && !greedy))
			die("nothing happens: %m");
		for (int i = 0; i < count; i++)
			if (set[i].revents && set[i].fd >= 0)
				serve(&all[i], &set[i]);
	}
	free(set);
}

static int do_stream(int port, int argc, char **argv)
{
	int count = argc > 0 ? atoi(argv[0]) : 0;
	struct connection *all = calloc(count + 1, sizeof(*all));
	double start, ms;

	messages = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	maxlen = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	seed = argc > 3 ? strtoul(argv[3], NULL, 0) : 1;
	if (count < 1 || maxlen < 1 || maxlen > PIECE)
		return 2;
	fill_pool();
	for (int i = 0; i < count; i++) {
		all[i].number = i;
		all[i].fd = dial(port);
		fcntl(all[i].fd, F_SETFL, O_NONBLOCK);
	}
	start = now();
	stream(all, count, argc > 4 ? atof(argv[4]) : 0);
	ms = now() - start;
	printf("%d connections, %u messages each, %llu KiB in %.0f ms, %.1f MiB/s\n",
	       count, messages, bytes >> 10, ms, bytes / 1048.576 / ms);
	free(all);
	return 0;
}

/* ------------------------------------------------------------ other clients */

static void patience(int fd)
{
	struct timeval time = { .tv_sec = PATIENCE / 1000 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
}

/* a line there and back; the connection stays open */
static void say(int fd, int number)
{
	char text[64], back[64];
	int len = snprintf(text, sizeof(text), "hello %d\n", number);

	patience(fd);
	if (send(fd, text, len, MSG_NOSIGNAL) != len)
		die("connection %d: send: %m", number);
	if (recv(fd, back, len, MSG_WAITALL) != len)
		die("connection %d: recv: %m", number);
	if (memcmp(text, back, len))
		die("connection %d: '%.*s' came back", number, len, back);
}

static int do_short(int port, int argc, char **argv)
{
	int count = argc == 1 ? atoi(argv[0]) : 0;

	for (int i = 0; i < count; i++) {
		int fd = dial(port);

		say(fd, i);
		close(fd);
	}
	return count ? 0 : 2;
}

static int do_reset(int port, int argc, char **argv)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };
	int count = argc == 1 ? atoi(argv[0]) : 0;

	for (int i = 0; i < count; i++) {
		int fd = dial(port);

		if (send(fd, buffer, sizeof(buffer), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			die("connection %d: send: %m", i);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(fd);
	}
	return count ? 0 : 2;
}

static int do_hold(int port, int argc, char **argv)
{
	int count = argc == 1 ? atoi(argv[0]) : 0;
	int *fds = calloc(count + 1, sizeof(*fds));

	for (int i = 0; i < count; i++) {
		fds[i] = dial(port);
		say(fds[i], i);
	}
	puts("held");
	fflush(stdout);
	for (int i = 0; i < count; i++)
		if (recv(fds[i], buffer, sizeof(buffer), 0) > 0)
			die("connection %d: something came that was not sent", i);
		else
			close(fds[i]);
	free(fds);
	return count ? 0 : 2;
}

static int do_free(int port, int argc, char **argv)
{
	struct sockaddr_in here = address(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int yes = 1;

	(void)argv;
	if (argc != 0)
		return 2;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&here, sizeof(here)) || listen(fd, 1))
		die("port %d: %m", port);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int port, int argc, char **argv);
} modes[] = {
	{ "stream", do_stream }, { "short", do_short }, { "reset", do_reset },
	{ "hold", do_hold }, { "free", do_free },
};

int main(int argc, char **argv)
{
	int status = 2;

	for (size_t i = 0; argc > 2 && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(argv[1], modes[i].name))
			status = modes[i].run(atoi(argv[2]), argc - 3, argv + 3);
	if (status == 2)
		fprintf(stderr, "usage: echoes stream|short|reset|hold|free PORT ...\n");
	return status;
}
