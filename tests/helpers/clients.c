// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Many clients of /dev/lunatik at once, each with one open file and a long row
 * of requests, plain and framed by turns. Every answer names its client and its
 * number and has a length of its own, so an answer that belongs to another
 * question, or is cut, is seen.
 *
 * usage: clients CLIENTS REQUESTS; exit status 0 if all answers were right.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM	(64 << 10)

static char question[ROOM];
static char expected[ROOM];
static char answer[ROOM];

static int die(const char *what)
{
	perror(what);
	return 1;
}

/* Lengths from 0 to 4,999 bytes, most of them small. */
static int filling(int client, int number)
{
	return number % 10 ? (client + number) % 64 : (client * 131 + number * 17) % 5000;
}

static void make_expected(int client, int number, bool framed)
{
	char text[ROOM / 2];
	int length = snprintf(text, sizeof(text), "%d:%d:", client, number);

	memset(text + length, 'x', filling(client, number));
	length += filling(client, number);
	text[length] = '\0';
	if (framed)
		sprintf(expected, "ok %d\n%s", length, text);
	else
		strcpy(expected, text);
}

static size_t make_question(int client, int number, bool framed)
{
	char chunk[256];
	int length = snprintf(chunk, sizeof(chunk),
			      "local c = '%d' return c .. ':%d:' .. ('x'):rep(%d)",
			      client, number, filling(client, number));

	if (framed)
		return sprintf(question, "\033eval %d\n%s", length, chunk);
	memcpy(question, chunk, length);
	return length;
}

/* Reads up to the end of the file, in pieces of any size; -1 on error. */
static ssize_t read_answer(int fd, size_t piece)
{
	size_t length = 0;
	ssize_t n;

	while ((n = read(fd, answer + length, piece)) > 0)
		length += n;
	answer[length] = '\0';
	return n < 0 ? -1 : (ssize_t)length;
}

static int ask(int fd, int client, int number)
{
	bool framed = number & 1;
	size_t length = make_question(client, number, framed);

	make_expected(client, number, framed);
	if (write(fd, question, length) != (ssize_t)length)
		return die("write");
	if (read_answer(fd, number % 3 ? 4096 : 100) < 0)
		return die("read");
	if (!strcmp(answer, expected))
		return 0;
	fprintf(stderr, "client %d, request %d: got '%.80s', wanted '%.80s'\n",
		client, number, answer, expected);
	return 1;
}

static int client(int number, int requests)
{
	int fd = open("/dev/lunatik", O_RDWR | O_CLOEXEC);
	int status = 0;

	if (fd < 0)
		return die("/dev/lunatik");
	for (int i = 0; !status && i < requests; i++)
		status = ask(fd, number, i);
	close(fd);
	return status;
}

int main(int argc, char **argv)
{
	int clients = argc == 3 ? atoi(argv[1]) : 0;
	int requests = argc == 3 ? atoi(argv[2]) : 0;
	int failed = 0;
	int status;

	if (clients < 1 || requests < 1) {
		fprintf(stderr, "usage: clients CLIENTS REQUESTS\n");
		return 2;
	}
	for (int i = 0; i < clients; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return die("fork");
		if (!pid)
			_exit(client(i, requests));
	}
	while (wait(&status) > 0)
		failed += status != 0;
	printf("%d clients, %d requests each, %d failed\n", clients, requests, failed);
	return failed != 0;
}
