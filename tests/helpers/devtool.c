// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * devtool - does system calls on one open file, one after the other
 *
 *	devtool [-j N] PATH OPERATION ...
 *
 * Prints a line for each operation: its name, then what it returned, or the name
 * of the errno. With -j, N processes open PATH, wait until all have it open, and
 * then do the same; each prints its lines. Exit status: 0, or 2 for bad usage.
 *
 *	read:LEN		prints the bytes, others than printable as \xx
 *	write:TEXT  fill:LEN	one write(2) of TEXT, or of LEN times 'x'
 *	seek:OFFSET:WHENCE	WHENCE 0, 1 or 2
 *	failing:N		N reads of one byte; prints how many failed
 *	poll:MS  epoll:MS	prints the events: in out pri err hup
 *	ioctl:DIR:NR:SIZE:TEXT	DIR of n, r, w, b (both); type 'L'; prints what came back
 *	intarg:NR:VALUE		ioctl with a plain integer
 *	badread:LEN badwrite:LEN badioctl	with an address that is not there
 *	own:ROUNDS		writes this process's number, reads it back ROUNDS times
 *	sh:COMMAND		a shell command, while the file is open
 *	reopen:PATH		opens another file, tries everything on it, closes it
 *	failnth:OPERATION	the operation again and again; in the first round the
 *				kernel's first allocation fails, in the second its second,
 *				until there is none left to fail; prints how many there were
 */

#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BAD	((void *)0x10)

static char buffer[1 << 24];

static void put_bytes(const char *bytes, long len)
{
	for (long i = 0; i < len; i++) {
		unsigned char c = bytes[i];

		if (isprint(c) && c != '\\')
			putchar(c);
		else
			printf("\\%02x", c);
	}
}

static void put_result(const char *what, long result)
{
	if (result < 0)
		printf("%s %s\n", what, strerrorname_np(errno));
	else
		printf("%s %ld\n", what, result);
}

static void do_read(int fd, const char *arg)
{
	long got = read(fd, buffer, strtoul(arg, NULL, 0));

	if (got < 0) {
		put_result("read", got);
		return;
	}
	printf("read %ld ", got);
	put_bytes(buffer, got);
	putchar('\n');
}

static void do_write(int fd, const char *arg)
{
	put_result("write", write(fd, arg, strlen(arg)));
}

static void do_fill(int fd, const char *arg)
{
	size_t len = strtoul(arg, NULL, 0);

	memset(buffer, 'x', sizeof(buffer));
	put_result("fill", write(fd, buffer, len));
}

static void do_seek(int fd, const char *arg)
{
	char *end;
	off_t offset = strtoll(arg, &end, 0);

	put_result("seek", lseek(fd, offset, atoi(end + 1)));
}

static void do_failing(int fd, const char *arg)
{
	long rounds = atol(arg), failed = 0;

	for (long i = 0; i < rounds; i++)
		failed += read(fd, buffer, 1) < 0;
	printf("failing %ld of %ld\n", failed, rounds);
}

static void put_events(const char *what, unsigned int events)
{
	printf("%s%s%s%s%s%s\n", what, events & POLLIN ? " in" : "", events & POLLOUT ? " out" : "",
	       events & POLLPRI ? " pri" : "", events & POLLERR ? " err" : "",
	       events & POLLHUP ? " hup" : "");
}

/* for all it asks about, but writing: that is always possible where this is used */
static void do_poll(int fd, const char *arg)
{
	struct pollfd set = { .fd = fd, .events = POLLIN | POLLPRI };

	if (poll(&set, 1, atoi(arg)) < 0) {
		put_result("poll", -1);
		return;
	}
	set.events |= POLLOUT;
	if (poll(&set, 1, 0) < 0)
		put_result("poll", -1);
	else
		put_events("poll", set.revents);
}

static void do_epoll(int fd, const char *arg)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLPRI };
	int epoll = epoll_create1(0);

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ||
	    epoll_wait(epoll, &event, 1, atoi(arg)) < 0)
		put_result("epoll", -1);
	else
		put_events("epoll", event.events);
	close(epoll);
}

/* the number of an ioctl with direction, number and size */
static unsigned long command(char dir, unsigned int nr, unsigned int size)
{
	unsigned int bits = dir == 'r' ? _IOC_READ : dir == 'w' ? _IOC_WRITE :
			    dir == 'b' ? _IOC_READ | _IOC_WRITE : _IOC_NONE;

	return _IOC(bits, 'L', nr, size);
}

/* 32 bytes beyond the argument are watched: the kernel must not touch them */
static void do_ioctl(int fd, const char *arg)
{
	unsigned int nr, size;
	int used = 0;
	long result;
	char dir;

	if (sscanf(arg, "%c:%u:%u:%n", &dir, &nr, &size, &used) != 3)
		exit(2);
	memset(buffer, '#', size + 32);
	memcpy(buffer, arg + used, strlen(arg + used));
	result = ioctl(fd, command(dir, nr, size), buffer);
	if (result < 0) {
		put_result("ioctl", result);
		return;
	}
	printf("ioctl %ld ", result);
	put_bytes(buffer, size);
	for (int i = 0; i < 32; i++)
		if (buffer[size + i] != '#')
			printf(" OVERRUN");
	putchar('\n');
}

static void do_intarg(int fd, const char *arg)
{
	char *end;
	unsigned int nr = strtoul(arg, &end, 0);

	put_result("intarg", ioctl(fd, command('n', nr, 0), strtoul(end + 1, NULL, 0)));
}

static void do_badread(int fd, const char *arg)
{
	put_result("badread", read(fd, BAD, strtoul(arg, NULL, 0)));
}

static void do_badwrite(int fd, const char *arg)
{
	put_result("badwrite", write(fd, BAD, strtoul(arg, NULL, 0)));
}

static void do_badioctl(int fd, const char *arg)
{
	put_result("badioctl", ioctl(fd, command(*arg, 1, 64), BAD));
}

static void do_own(int fd, const char *arg)
{
	char mine[32], back[64];
	long rounds = atol(arg), good = 0;
	int len = snprintf(mine, sizeof(mine), "%d", getpid());

	if (write(fd, mine, len) != len) {
		put_result("own", -1);
		return;
	}
	for (long i = 0; i < rounds; i++) {
		long got = pread(fd, back, sizeof(back), 0);

		good += got == len && memcmp(mine, back, len) == 0;
	}
	printf("own %ld of %ld\n", good, rounds);
}

static void do_sh(int fd, const char *arg)
{
	(void)fd;
	fflush(stdout);
	printf("sh %d\n", WEXITSTATUS(system(arg)));
}

static void do_reopen(int fd, const char *arg)
{
	char bytes[64] = "";
	struct pollfd set = { .events = POLLIN };
	long done = 0;

	fd = open(arg, O_RDWR);
	if (fd < 0)
		return;
	set.fd = fd;
	done += write(fd, bytes, 200 % sizeof(bytes));
	done += read(fd, buffer, 1000);
	done += ioctl(fd, command('b', 1, sizeof(bytes)), bytes);
	done += poll(&set, 1, 0);
	done += lseek(fd, 0, SEEK_SET);
	close(fd);
	if (done < 0)
		errno = EIO;
}

static void do_failnth(int fd, const char *arg);

static const struct {
	const char	*name;
	void		(*func)(int fd, const char *arg);
} operations[] = {
	{ "read", do_read }, { "write", do_write }, { "fill", do_fill }, { "seek", do_seek },
	{ "failing", do_failing },
	{ "poll", do_poll }, { "epoll", do_epoll }, { "ioctl", do_ioctl }, { "intarg", do_intarg },
	{ "badread", do_badread }, { "badwrite", do_badwrite }, { "badioctl", do_badioctl },
	{ "own", do_own }, { "sh", do_sh }, { "reopen", do_reopen }, { "failnth", do_failnth },
};

static void operate(int fd, const char *operation)
{
	size_t len = strcspn(operation, ":");

	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		if (strlen(operations[i].name) != len ||
		    strncmp(operations[i].name, operation, len) != 0)
			continue;
		operations[i].func(fd, operation[len] ? operation + len + 1 : "");
		fflush(stdout);
		return;
	}
	fprintf(stderr, "devtool: what is '%s'?\n", operation);
	exit(2);
}

/* the kernel counts down in fail-nth; a rest says that the failure was never met */
static void do_failnth(int fd, const char *arg)
{
	int control = open("/proc/thread-self/fail-nth", O_RDWR);
	int quiet = open("/dev/null", O_WRONLY), loud = dup(1), n;
	char text[16];

	if (control < 0) {
		put_result("failnth", control);
		return;
	}
	dup2(quiet, 1);
	for (n = 1; n < 10000; n++) {
		int len = snprintf(text, sizeof(text), "%d", n);
		int rest;

		if (pwrite(control, text, len, 0) != len)
			break;
		operate(fd, arg);
		len = pread(control, text, sizeof(text) - 1, 0);
		text[len > 0 ? len : 0] = 0;
		rest = atoi(text);
		if (pwrite(control, "0", 1, 0) != 1 || rest)
			break;
	}
	dup2(loud, 1);
	close(control);
	close(quiet);
	close(loud);
	printf("failnth %d\n", n - 1);
}

/* counts down to zero in memory that all share, and waits until it is there */
static void wait_for_all(int *left)
{
	__atomic_sub_fetch(left, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(left, __ATOMIC_SEQ_CST) > 0)
		usleep(1000);
}

static int work(const char *path, char **ops, int *left)
{
	int fd = open(path, O_RDWR);

	if (fd < 0 && errno == EACCES)
		fd = open(path, O_RDONLY);
	if (left)
		wait_for_all(left);
	if (fd < 0) {
		put_result("open", fd);
		return 0;
	}
	for (; *ops; ops++)
		operate(fd, *ops);
	put_result("close", close(fd));
	return 0;
}

static int work_together(int n, const char *path, char **ops)
{
	int *left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	int status, bad = 0;

	*left = n;
	for (int i = 0; i < n; i++)
		if (fork() == 0)
			exit(work(path, ops, left));
	while (wait(&status) > 0)
		bad |= status != 0;
	return bad;
}

int main(int argc, char **argv)
{
	int n = 0;

	if (argc > 2 && strcmp(argv[1], "-j") == 0) {
		n = atoi(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 2) {
		fprintf(stderr, "usage: devtool [-j N] PATH OPERATION ...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	return n ? work_together(n, argv[1], argv + 2) : work(argv[1], argv + 2, NULL);
}
