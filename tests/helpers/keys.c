// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * keys - clients of the key-value store of examples/shared, all at once
 *
 *	keys PORT CLIENTS KEYS STEP ...
 *
 * CLIENTS processes with a connection each take the steps together: nobody begins
 * one before everybody has ended the one before. A step goes through KEYS keys,
 * each client through a share of them:
 *
 *	write		stores key<N>, with a value of 1 to 1024 bytes that belongs to N
 *	read		asks for what the next client stored; the answer must be the value,
 *			padded with NULs to 1024 bytes, and a newline
 *	delete		deletes what it stored
 *	missing		asks for what the next client deleted: an empty line each
 *	pause		prints "paused" and waits until its standard input ends
 *
 * Requests go in batches, cut where lines do not end. write and delete, which are
 * not answered, end with a question, so that they are done when the step is.
 * Prints the time of each step. Exit status: 0, 1 if anything was wrong, 2 for bad
 * usage.
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLOT	1024
#define BATCH	50	/* requests that are sent before their answers are read */
#define ROOM	(BATCH * (SLOT + 64))

struct share {
	int fd;
	int first, last;	/* its own keys */
	int other, end;		/* the next client's */
};

static char requests[ROOM], answers[ROOM];

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

static int dial(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct timeval patience = { .tv_sec = 60 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect to port %d: %m", port);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* The value of a key, and its length. What is written beyond that does not count. */
static int value(int key, char *to)
{
	int len = 1 + (key * 37 + key / SLOT) % SLOT;
	int used = sprintf(to, "%d.", key);

	for (int i = used; i < len; i++)
		to[i] = 'a' + (key + i) % 26;
	return len;
}

/* Sends in two pieces, the first of which ends somewhere in a line. */
static void send_all(int fd, int len)
{
	int cut = len > 7 ? len - 7 : 1;

	if (send(fd, requests, cut, MSG_NOSIGNAL) != cut ||
	    (cut < len && send(fd, requests + cut, len - cut, MSG_NOSIGNAL) != len - cut))
		die("send: %m");
}

static void receive(int fd, int len)
{
	if (recv(fd, answers, len, MSG_WAITALL) != len)
		die("recv: %m");
}

static void check(int key, const char *got)
{
	char wanted[SLOT + 1];
	int len = value(key, wanted);

	memset(wanted + len, 0, SLOT - len);
	wanted[SLOT] = '\n';
	if (memcmp(wanted, got, sizeof(wanted)))
		die("key%d: got '%.40s...', wanted '%.40s...'", key, got, wanted);
}

/* Asks for a key that nobody stores: when the answer is there, all before is done. */
static void settle(int fd)
{
	send_all(fd, sprintf(requests, "nobodys\n"));
	receive(fd, 1);
	if (answers[0] != '\n')
		die("an answer to what was no question");
}

static void do_write(const struct share *s)
{
	for (int key = s->first; key < s->last;) {
		int len = 0;

		for (int i = 0; i < BATCH && key < s->last; i++, key++) {
			len += sprintf(requests + len, "key%d=", key);
			len += value(key, requests + len);
			requests[len++] = '\n';
		}
		send_all(s->fd, len);
	}
	settle(s->fd);
}

static void do_delete(const struct share *s)
{
	for (int key = s->first; key < s->last;) {
		int len = 0;

		for (int i = 0; i < BATCH && key < s->last; i++, key++)
			len += sprintf(requests + len, "key%d=\n", key);
		send_all(s->fd, len);
	}
	settle(s->fd);
}

/* Asks for the next client's keys; each answer has so many bytes. */
static void ask(const struct share *s, int size, void (*look)(int key, const char *got))
{
	for (int key = s->other; key < s->end;) {
		int len = 0, n = 0;

		for (; n < BATCH && key + n < s->end; n++)
			len += sprintf(requests + len, "key%d\n", key + n);
		send_all(s->fd, len);
		receive(s->fd, n * size);
		for (int i = 0; i < n; i++)
			look(key + i, answers + i * size);
		key += n;
	}
}

static void empty(int key, const char *got)
{
	if (*got != '\n')
		die("key%d: it was deleted, got '%.40s'", key, got);
}

static void do_read(const struct share *s)
{
	ask(s, SLOT + 1, check);
}

static void do_missing(const struct share *s)
{
	ask(s, 1, empty);
}

static void do_pause(const struct share *s)
{
	char byte;

	if (s->first == 0)
		puts("paused");
	fflush(stdout);
	while (s->first == 0 && read(0, &byte, 1) > 0)
		;
}

static const struct {
	const char *name;
	void (*run)(const struct share *s);
} steps[] = {
	{ "write", do_write }, { "read", do_read }, { "delete", do_delete },
	{ "missing", do_missing }, { "pause", do_pause },
};

static void take(const struct share *s, const char *name)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (!strcmp(name, steps[i].name)) {
			steps[i].run(s);
			return;
		}
	die("no step '%s'", name);
}

static void client(const struct share *s, pthread_barrier_t *barrier, char **names)
{
	for (; *names; names++) {
		double start = now();

		take(s, *names);
		pthread_barrier_wait(barrier);
		if (s->first == 0)
			printf("%s: %.0f ms\n", *names, now() - start);
		fflush(stdout);
	}
	exit(0);
}

/* A client that fails leaves the others at the barrier: they end with it. */
static int reap(int clients)
{
	int status;

	for (; clients; clients--) {
		if (wait(&status) < 0)
			return 1;
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			signal(SIGTERM, SIG_IGN);
			kill(0, SIGTERM);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	int clients = argc > 4 ? atoi(argv[2]) : 0, keys = argc > 4 ? atoi(argv[3]) : 0;
	pthread_barrierattr_t shared;
	pthread_barrier_t *barrier = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (clients < 1 || keys < clients) {
		fprintf(stderr, "usage: keys PORT CLIENTS KEYS STEP ...\n");
		return 2;
	}
	setpgid(0, 0);
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(barrier, &shared, clients);
	for (int i = 0; i < clients; i++) {
		int next = (i + 1) % clients;
		struct share s = {
			.first = (long)keys * i / clients,
			.last = (long)keys * (i + 1) / clients,
			.other = (long)keys * next / clients,
			.end = (long)keys * (next + 1) / clients,
		};

		if (fork())
			continue;
		s.fd = dial(atoi(argv[1]));
		client(&s, barrier, argv + 4);
	}
	return reap(clients);
}
