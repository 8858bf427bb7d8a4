// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The connection to /dev/lunatik: one open file, one request at a time.
 *
 * A request is "ESC words length LF payload", an answer "status length LF
 * payload"; lib/driver.lua is the other end. Both may take any number of calls
 * of write(2) and read(2). The length in an answer is only compared with what
 * arrived: memory grows with the bytes, not with the promise.
 *
 * What can fail: everything the kernel may answer to open, write and read. It
 * is said on stderr here; callers see false. After a failure in mid-request
 * the two ends may disagree about where a request begins, so the connection is
 * dropped and the next request makes a new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define DEVICE		"/dev/lunatik"
#define SLICE		((size_t)64 << 10)	/* bytes in one write(2) */
#define ANSWER_LIMIT	((size_t)256 << 20)
#define HEADER_LIMIT	64			/* bytes of "status length LF" */

static int link_fd = -1;

const char *lunatik_link_path(void)
{
	const char *path = secure_getenv("LUNATIK_DEVICE");

	return path ? path : DEVICE;
}

/* A device of the user's choosing is never loaded for them. */
bool lunatik_link_overridden(void)
{
	return secure_getenv("LUNATIK_DEVICE");
}

/* Opens the connection if there is none yet; 0 or a negative errno. */
int lunatik_link_open(void)
{
	if (link_fd < 0)
		link_fd = open(lunatik_link_path(), O_RDWR | O_CLOEXEC | O_NOCTTY);
	return link_fd < 0 ? -errno : 0;
}

void lunatik_link_close(void)
{
	if (link_fd >= 0)
		close(link_fd);
	link_fd = -1;
}

static bool absent(int error)
{
	return error == -ENOENT || error == -ENXIO || error == -ENODEV;
}

static void complain_open(int error)
{
	const char *path = lunatik_link_path();

	if (error == -EACCES || error == -EPERM)
		lunatik_cli_complain("%s: %s: this needs root (CAP_SYS_ADMIN)%s", path,
				     strerror(-error), geteuid() ? "" : ", and no lockdown");
	else if (absent(error))
		lunatik_cli_complain("%s: %s: is Lunatik loaded?", path, strerror(-error));
	else
		lunatik_cli_complain("%s: %s", path, strerror(-error));
}

/* Opens the connection, loading the modules if there is no device yet. */
bool lunatik_link_connect(void)
{
	int error = lunatik_link_open();

	if (absent(error) && !lunatik_link_overridden())
		return lunatik_loader_load() == CLI_OK;
	if (error)
		complain_open(error);
	return !error;
}

static void complain_request(int error, size_t length)
{
	const char *path = lunatik_link_path();

	if (error == -EINTR)
		lunatik_cli_complain("interrupted");
	else if (error == -E2BIG || error == -EMSGSIZE || error == -EFBIG)
		lunatik_cli_complain("%s: request of %zu bytes is too long", path, length);
	else if (error == -ECANCELED)
		lunatik_cli_complain("%s: the driver failed; the kernel log says why", path);
	else if (absent(error))
		lunatik_cli_complain("%s: the driver has been stopped", path);
	else
		lunatik_cli_complain("%s: %s", path, strerror(-error));
}

/*
 * After a call failed with errno: should it be made again? Only Ctrl-C ends a
 * wait; any other signal that broke into it does not.
 */
static bool retry(short events)
{
	struct pollfd wait = { .fd = link_fd, .events = events };

	if (errno == EINTR)
		return !lunatik_cli_interrupted();
	if (errno != EAGAIN)
		return false;
	if (poll(&wait, 1, -1) < 0)
		return retry(events);
	return true;
}

/* 0 or a negative errno */
static int send_all(const char *data, size_t length)
{
	while (length) {
		ssize_t n = write(link_fd, data, length < SLICE ? length : SLICE);

		if (n < 0 && !retry(POLLOUT))
			return -errno;
		if (!n)
			return -EIO;
		if (n > 0) {
			data += n;
			length -= n;
		}
	}
	return 0;
}

static char *frame(const char *words, const char *payload, size_t *length)
{
	size_t room = strlen(words) + *length + HEADER_LIMIT;
	char *request = malloc(room);
	int header;

	if (!request)
		lunatik_cli_nomem();
	header = snprintf(request, room, "\033%s %zu\n", words, *length);
	memcpy(request + header, payload, *length);
	*length += header;
	return request;
}

/* What has arrived of an answer: its header, then its text. */
struct arrival {
	char *data;
	size_t length;
	size_t room;
	size_t header;		/* bytes up to and with LF; 0 until it arrived */
	size_t expected;	/* bytes of text */
	enum link_status status;
};

static int parse_status(const char *word, size_t length)
{
	static const char *const names[] = { "ok", "error", "incomplete" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i]) == length && !memcmp(names[i], word, length))
			return i;
	}
	return -1;
}

/* Is the line an answer's header? A negative errno if not. */
static int parse_header(struct arrival *in, const char *end)
{
	const char *blank = memchr(in->data, ' ', end - in->data);
	int status = blank ? parse_status(in->data, blank - in->data) : -1;
	char *rest;

	if (status < 0 || blank[1] < '0' || blank[1] > '9')
		return -EPROTO;
	errno = 0;
	in->expected = strtoul(blank + 1, &rest, 10);
	if (errno || rest != end || in->expected > ANSWER_LIMIT)
		return -EPROTO;
	in->status = status;
	in->header = end + 1 - in->data;
	return 0;
}

static int find_header(struct arrival *in)
{
	const char *end;

	if (in->header)
		return 0;
	end = memchr(in->data, '\n', in->length);
	if (end)
		return parse_header(in, end);
	return in->length < HEADER_LIMIT ? 0 : -EPROTO;
}

static void make_room(struct arrival *in)
{
	if (in->room - in->length > 1)
		return;
	in->room = in->room ? 2 * in->room : 4096;
	in->data = realloc(in->data, in->room);
	if (!in->data)
		lunatik_cli_nomem();
}

/* 0 or a negative errno; leaves room for a NUL after the last byte */
static int receive_some(struct arrival *in)
{
	ssize_t n;

	make_room(in);
	do {
		n = read(link_fd, in->data + in->length, in->room - in->length - 1);
	} while (n < 0 && retry(POLLIN));
	if (n < 0)
		return -errno;
	in->length += n;
	return n ? find_header(in) : -EPROTO;
}

static bool arrived(const struct arrival *in)
{
	return in->header && in->length - in->header >= in->expected;
}

static int receive_all(struct arrival *in)
{
	int error = 0;

	while (!error && !arrived(in))
		error = receive_some(in);
	if (!error && in->length - in->header > in->expected)
		error = -EPROTO;
	return error;
}

static int receive(struct link_answer *answer)
{
	struct arrival in = { 0 };
	int error = receive_all(&in);

	if (error) {
		free(in.data);
		return error;
	}
	answer->status = in.status;
	answer->length = in.expected;
	memmove(in.data, in.data + in.header, in.expected);
	in.data[in.expected] = '\0';
	answer->text = in.data;
	return 0;
}

/*
 * Sends words and payload, and waits for the answer, whose text the caller
 * frees. False if there is none; why has been said.
 */
bool lunatik_link_request(struct link_answer *answer, const char *words,
			  const char *payload, size_t length)
{
	size_t total = length;
	char *request;
	int error;

	if (!lunatik_link_connect())
		return false;
	request = frame(words, payload, &total);
	error = send_all(request, total);
	free(request);
	if (!error)
		error = receive(answer);
	if (!error)
		return true;
	complain_request(error, length);
	lunatik_link_close();
	return false;
}
