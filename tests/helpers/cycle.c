// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Runs and stops a script again and again through one open /dev/lunatik, as
 * quickly as the kernel answers.
 *
 * usage: cycle COUNT SCRIPT [true|false]; exit status 0 if every answer was "ok".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char buffer[64 << 10];

static int die(const char *what)
{
	perror(what);
	exit(1);
}

/* One request and its whole answer; 0 if that is "ok". */
static int ask(int fd, const char *words, const char *payload)
{
	ssize_t length = sprintf(buffer, "\033%s %zu\n%s", words, strlen(payload), payload);
	size_t have = 0;

	if (write(fd, buffer, length) != length)
		die("write");
	while ((length = read(fd, buffer + have, sizeof(buffer) - have - 1)) > 0)
		have += length;
	if (length < 0)
		die("read");
	buffer[have] = '\0';
	return strncmp(buffer, "ok ", 3) != 0;
}

static void cycle(int fd, const char *run, const char *script, int number)
{
	if (!ask(fd, run, script) && !ask(fd, "stop", script))
		return;
	fprintf(stderr, "cycle %d of %s: %s\n", number, script, buffer);
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? atoi(argv[1]) : 0;
	double start = now();
	char run[32];
	int fd;

	if (count < 1 || argc > 4) {
		fprintf(stderr, "usage: cycle COUNT SCRIPT [true|false]\n");
		return 2;
	}
	snprintf(run, sizeof(run), "run %s", argc > 3 ? argv[3] : "true");
	fd = open("/dev/lunatik", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("/dev/lunatik");
	for (int i = 1; i <= count; i++)
		cycle(fd, run, argv[2], i);
	printf("%d cycles of %s, %s: %.0f us each\n", count, argv[2], run,
	       (now() - start) / count * 1e6);
	return 0;
}
