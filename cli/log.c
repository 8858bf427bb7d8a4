// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik log: what scripts have printed, and the errors of their callbacks.
 *
 * The driver answers by pages. Without -f they are read up to where the newest
 * record was at first, since a script may say more for ever; with -f a request
 * waits in the kernel, for a second at most, and between two of them is a pause:
 * so this follower is awake a few times a second, whatever scripts do.
 *
 * What scripts say is not to be trusted with a terminal: bytes that could be
 * anything but text are shown as \xHH. Each line has time and name in front.
 *
 * Ends with -f: Ctrl-C (that is no failure), a standard output that nobody
 * reads any more (nor is that), and the end of the driver, which is one.
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

#define WAIT		1000		/* ms in one request */
#define PAUSE		100000000	/* ns between two requests */
#define RED		"\033[31m"
#define PLAIN		"\033[m"

static bool colours;

struct page {
	uint64_t covered;		/* what the next one comes after */
	uint64_t now;		/* where the newest record is */
	int known;		/* 0: neither runs the script, nor has it said anything */
};

struct record {
	uint64_t seq;
	uint64_t time;		/* ns since the epoch */
	uint32_t times;		/* it was said in a row */
	char level;		/* '3': an error */
	char script[256];
	size_t length;
	int cut;		/* the text was longer */
	const char *text;
};

/* How many bytes of text at p are one character; 0: it is not for a terminal. */
static size_t character(const unsigned char *p, size_t left)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0xe0, 0xc0, 0xa0 },	/* below are control characters, too */
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};
	uint32_t code;

	if (*p < 0x80)
		return (*p >= ' ' && *p != 0x7f) || *p == '\t';
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if ((*p & forms[i].mask) != forms[i].lead || left < i + 2)
			continue;
		code = *p & ~forms[i].mask;
		for (size_t n = 1; n < i + 2; n++) {
			if ((p[n] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (p[n] & 0x3f);
		}
		return code >= forms[i].least && code <= 0x10ffff ? i + 2 : 0;
	}
	return 0;
}

static void put_text(const char *text, size_t length)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + length;

	while (p < end) {
		size_t n = character(p, end - p);

		if (n)
			fwrite(p, 1, n, stdout);
		else
			printf("\\x%02x", *p);
		p += n ? n : 1;
	}
}

static void put_front(const struct record *record)
{
	time_t seconds = record->time / 1000000000;
	char text[64] = "";
	struct tm local;

	if (localtime_r(&seconds, &local))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	printf("%s.%06u ", text, (unsigned int)(record->time % 1000000000 / 1000));
	put_text(record->script, strlen(record->script));
	fputs(record->level <= '3' ? ": error: " : ": ", stdout);
}

static void put_line(const struct record *record, const char *line, size_t length, bool colour)
{
	bool last = line + length == record->text + record->length;

	if (colour)
		fputs(RED, stdout);
	put_front(record);
	put_text(line, length);
	if (last && record->cut)
		fputs(" [cut here]", stdout);
	if (line == record->text && record->times > 1)
		printf(" [%u times]", record->times);
	puts(colour ? PLAIN : "");
}

static bool wants_colour(void)
{
	const char *term = getenv("TERM");
	const char *never = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") && (!never || !*never);
}

/* Line by line, each with time and name: who searches finds whose it is. */
static void put_record(struct record *record)
{
	bool colour = record->level <= '3' && colours;
	const char *line = record->text;
	const char *end;

	if (record->length && record->text[record->length - 1] == '\n')
		record->length--;
	do {
		size_t left = record->text + record->length - line;

		end = memchr(line, '\n', left);
		put_line(record, line, end ? (size_t)(end - line) : left, colour);
		line = end + 1;
	} while (end);
}

/* Takes the record at *at, which goes on behind it; false: there is none. */
static bool take(struct record *record, const char **at, const char *end)
{
	const char *line = memchr(*at, '\n', end - *at);

	if (!line || sscanf(*at, "%ju %ju %u %c %255s %zu %d", &record->seq, &record->time,
			    &record->times, &record->level, record->script,
			    &record->length, &record->cut) != 7)
		return false;
	record->text = line + 1;
	if ((size_t)(end - record->text) <= record->length)
		return false;
	*at = record->text + record->length + 1;
	return true;
}

/* Prints an answer; false: it is none. */
static bool put_page(const struct link_answer *answer, struct page *page)
{
	const char *end = answer->text + answer->length;
	const char *at = memchr(answer->text, '\n', answer->length);
	struct record record;

	if (!at || sscanf(answer->text, "%ju %ju %d", &page->covered, &page->now,
			  &page->known) != 3)
		return false;
	at++;
	while (at < end) {
		if (!take(&record, &at, end))
			return false;
		put_record(&record);
	}
	return true;
}

/* Has the reader of standard output gone? Then nobody needs to be told. */
static bool unread(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) > 0 && out.revents & (POLLERR | POLLHUP);
}

/* A signal that is not Ctrl-C (Ctrl-Z, say) has ended the wait: that is no failure. */
static bool only_woken(const struct link_answer *answer)
{
	return answer->status == LINK_ERROR && strstr(answer->text, "interrupted") &&
	       !lunatik_cli_interrupted();
}

/* Gets a page and prints it; false: there is none, and why has been said. */
static bool next_page(struct page *page, const char *script, int wait)
{
	struct link_answer answer;
	char words[64];
	bool good;

	snprintf(words, sizeof(words), "log %ju %d", (uintmax_t)page->covered, wait);
	if (!lunatik_link_request(&answer, words, script, strlen(script)))
		return false;
	good = only_woken(&answer);
	if (answer.status == LINK_OK) {
		good = put_page(&answer, page);
		if (!good)
			lunatik_cli_complain("%s: bad answer", lunatik_link_path());
	} else if (!good && !lunatik_cli_interrupted()) {
		lunatik_cli_complain("%s", answer.text);
	}
	free(answer.text);
	return good;
}

static int follow(struct page *page, const char *script)
{
	const struct timespec pause = { .tv_nsec = PAUSE };

	while (!fflush(stdout) && !ferror(stdout) && !unread()) {
		bool more = page->covered < page->now;

		if (!more)
			nanosleep(&pause, NULL);
		if (lunatik_cli_interrupted())
			return CLI_OK;
		if (!next_page(page, script, more ? 0 : WAIT))
			return CLI_FAILED;
	}
	return CLI_OK;
}

static int show(struct page *page, const char *script, bool following)
{
	uint64_t goal;

	if (!next_page(page, script, 0))
		return CLI_FAILED;
	if (!page->known)
		lunatik_cli_complain("%s neither runs nor has said anything%s", script,
				     following ? "; waiting" : "");
	if (following)
		return follow(page, script);
	goal = page->now;
	while (page->covered < goal && !ferror(stdout)) {
		if (!next_page(page, script, 0))
			return CLI_FAILED;
	}
	return page->known ? CLI_OK : CLI_FAILED;
}

/* script: its name, or "" for all */
int lunatik_log_run(const char *script, bool following)
{
	struct page page = { .known = 1 };
	int status;

	colours = wants_colour();
	status = show(&page, script, following);
	/* what a terminal that was stopped does not take is given up, too */
	if (lunatik_cli_interrupted())
		_exit(following ? CLI_OK : CLI_FAILED);
	return unread() ? CLI_FAILED : status;
}
