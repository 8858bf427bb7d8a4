// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The prompt: reads chunks, has the kernel run them, shows what they return.
 *
 * Lines come from the terminal through libedit, with history, or from any other
 * standard input as they are, without prompts. Lines are put together until the
 * kernel no longer calls the chunk incomplete. Ctrl-C at the prompt drops what
 * was typed; while a chunk runs, it ends the chunk (see link.c). Nothing here
 * is fatal but the end of the input.
 */
#include <ctype.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "cli.h"

#define COPYRIGHT	"Copyright (C) 2026 the Lunatik authors"
#define HISTORY_LINES	1000
#define CTRL_D		4

enum line_kind {
	LINE_READ,
	LINE_END,
	LINE_INTERRUPTED,
};

/* The lines of one chunk. */
struct chunk {
	char *text;
	size_t length;
	size_t room;
};

static EditLine *editor;	/* NULL: standard input is not a terminal */
static History *history_list;
static bool continued;		/* the next line goes on with a chunk */

static void chunk_add(struct chunk *chunk, const char *text, size_t length)
{
	if (chunk->room - chunk->length < length + 1) {
		chunk->room = 2 * (chunk->length + length + 1);
		chunk->text = realloc(chunk->text, chunk->room);
		if (!chunk->text)
			lunatik_cli_nomem();
	}
	memcpy(chunk->text + chunk->length, text, length);
	chunk->length += length;
	chunk->text[chunk->length] = '\0';
}

static void chunk_clear(struct chunk *chunk)
{
	chunk->length = 0;
	continued = false;
}

/* History */

/* Makes every directory of the path up to its last slash. */
static void make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

/* ${XDG_STATE_HOME:-~/.local/state}/lunatik/history, or NULL without a home */
static char *history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	char *path = NULL;
	int n = -1;

	if (state && state[0] == '/')
		n = asprintf(&path, "%s/lunatik/history", state);
	else if (home && home[0] == '/')
		n = asprintf(&path, "%s/.local/state/lunatik/history", home);
	return n < 0 ? NULL : path;
}

static void history_load(void)
{
	char *path = history_path();
	HistEvent event;

	history_list = history_init();
	if (!history_list)
		lunatik_cli_nomem();
	history(history_list, &event, H_SETSIZE, HISTORY_LINES);
	history(history_list, &event, H_SETUNIQUE, 1);
	if (path)
		history(history_list, &event, H_LOAD, path);
	free(path);
}

static void history_save(void)
{
	char *path = history_path();
	mode_t mask = umask(077);
	HistEvent event;

	if (path) {
		make_parents(path);
		if (history(history_list, &event, H_SAVE, path) < 0)
			lunatik_cli_complain("%s: the history could not be saved", path);
	}
	umask(mask);
	free(path);
}

static void history_add(const char *line)
{
	HistEvent event;

	if (line[strspn(line, " \t\n")])
		history(history_list, &event, H_ENTER, line);
}

/* Terminal */

static char *prompt_text(EditLine *unused)
{
	(void)unused;
	return (char *)(continued ? ">> " : "> ");
}

/* Waits for a key; false when Ctrl-C comes first, or came since the last time. */
static bool wait_key(void)
{
	struct pollfd terminal = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t block, before;
	int ready = 0;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigprocmask(SIG_BLOCK, &block, &before);
	while (ready <= 0 && !lunatik_cli_interrupted())
		ready = ppoll(&terminal, 1, NULL, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ready > 0 && !lunatik_cli_interrupted();
}

/* libedit's own reader goes on after a signal; this one lets Ctrl-C through. */
static int read_char(EditLine *unused, wchar_t *c)
{
	mbstate_t state = { 0 };
	ssize_t n = -1;
	char byte;

	(void)unused;
	while (wait_key() && (n = read(STDIN_FILENO, &byte, 1)) > 0) {
		size_t used;

		if (!byte)	/* how a Ctrl-D typed before the prompt arrives */
			byte = CTRL_D;
		used = mbrtowc(c, &byte, 1, &state);
		if (used == (size_t)-1)
			memset(&state, 0, sizeof(state));	/* not text: skipped */
		else if (used != (size_t)-2)
			return 1;
	}
	return n < 0 ? -1 : 0;
}

/* The candidates of a completion share this much from the start. */
static size_t common_length(const char *text)
{
	size_t length = strcspn(text, "\n");

	for (const char *next = strchr(text, '\n'); next; next = strchr(next, '\n')) {
		size_t i = 0;

		next++;
		while (i < length && next[i] == text[i])
			i++;
		length = i;
	}
	return length;
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == ':';
}

/* Bytes of the name that ends at the cursor. */
static size_t word_length(const LineInfo *line)
{
	const char *start = line->cursor;

	while (start > line->buffer && in_word(start[-1]))
		start--;
	return line->cursor - start;
}

static unsigned char complete(EditLine *el, int key)
{
	const LineInfo *line = el_line(el);
	size_t length = word_length(line);
	struct link_answer answer;
	size_t common;

	(void)key;
	if (!length) {
		el_insertstr(el, "\t");
		return CC_REFRESH;
	}
	if (!lunatik_link_request(&answer, "complete", line->cursor - length, length))
		return CC_ERROR;
	common = common_length(answer.text);
	if (common > length) {
		answer.text[common] = '\0';
		el_insertstr(el, answer.text + length);
	} else if (strchr(answer.text, '\n')) {
		printf("\n%s\n", answer.text);
	}
	free(answer.text);
	return common > length ? CC_REFRESH : CC_REDISPLAY;
}

static void editor_open(void)
{
	editor = el_init("lunatik", stdin, stdout, stderr);
	if (!editor)
		lunatik_cli_nomem();
	history_load();
	el_set(editor, EL_PROMPT, prompt_text);
	el_set(editor, EL_EDITOR, "emacs");
	el_set(editor, EL_HIST, history, history_list);
	el_set(editor, EL_GETCFN, read_char);
	el_set(editor, EL_ADDFN, "lunatik-complete", "Complete a Lua name", complete);
	el_set(editor, EL_BIND, "^I", "lunatik-complete", NULL);
	el_set(editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
	el_source(editor, NULL);
}

static void editor_close(void)
{
	history_save();
	el_end(editor);
	history_end(history_list);
	editor = NULL;
}

static enum line_kind editor_line(struct chunk *chunk)
{
	int length = 0;
	const char *line;

	/* libedit would do so after the prompt: a key in between would be lost */
	el_set(editor, EL_PREP_TERM, 1);
	line = el_gets(editor, &length);
	if (line && length > 0) {
		history_add(line);
		chunk_add(chunk, line, length);
		return LINE_READ;
	}
	fputc('\n', stdout);
	if (!lunatik_cli_interrupted())
		return LINE_END;
	lunatik_cli_uninterrupt();
	clearerr(stdout);	/* what Ctrl-C cut short is no failure */
	el_reset(editor);
	return LINE_INTERRUPTED;
}

static enum line_kind stream_line(struct chunk *chunk)
{
	static char *line;
	static size_t size;
	ssize_t length = getline(&line, &size, stdin);

	if (length < 0)
		return LINE_END;
	chunk_add(chunk, line, length);
	return LINE_READ;
}

/* Chunks */

/* "= value" is how Lua's prompt was asked for a value for twenty years. */
static size_t old_style(const char *chunk, size_t length)
{
	return length && chunk[0] == '=' && (length < 2 || chunk[1] != '=');
}

static bool request(struct link_answer *answer, const char *name,
		    const char *chunk, size_t length)
{
	struct chunk whole = { 0 };
	char words[64];
	bool answered;

	snprintf(words, sizeof(words), "eval name=%s", name);
	if (!old_style(chunk, length))
		return lunatik_link_request(answer, words, chunk, length);
	chunk_add(&whole, "return ", strlen("return "));
	chunk_add(&whole, chunk + 1, length - 1);
	answered = lunatik_link_request(answer, words, whole.text, whole.length);
	free(whole.text);
	return answered;
}

/* Results to stdout, messages to stderr, in the order of events. */
static bool show(const struct link_answer *answer)
{
	bool good = answer->status == LINK_OK;

	if (good && answer->length) {
		fwrite(answer->text, 1, answer->length, stdout);
		fputc('\n', stdout);
	}
	fflush(stdout);
	if (!good && editor)
		fprintf(stderr, "%s\n", answer->text);
	else if (!good)
		lunatik_cli_complain("%s", answer->text);
	return good;
}

/* Runs a chunk that is whole; true if it worked. */
bool lunatik_prompt_eval(const char *name, const char *chunk, size_t length)
{
	struct link_answer answer;
	bool good;

	if (!request(&answer, name, chunk, length))
		return false;
	good = show(&answer);
	free(answer.text);
	return good;
}

/*
 * Runs what was typed so far unless it is incomplete and more may come; true
 * unless it failed.
 */
static bool run_chunk(struct chunk *chunk, bool more)
{
	struct link_answer answer;
	bool good;

	if (!request(&answer, "stdin", chunk->text, chunk->length)) {
		chunk_clear(chunk);
		return false;
	}
	continued = more && answer.status == LINK_INCOMPLETE;
	good = continued || show(&answer);
	free(answer.text);
	if (!continued)
		chunk_clear(chunk);
	return good;
}

static bool blank(const struct chunk *chunk)
{
	return chunk->text[strspn(chunk->text, " \t\r\n")] == '\0';
}

static bool read_chunks(void)
{
	struct chunk chunk = { 0 };
	enum line_kind kind;
	bool good = true;

	while ((kind = editor ? editor_line(&chunk) : stream_line(&chunk)) != LINE_END) {
		if (kind == LINE_INTERRUPTED || (!continued && blank(&chunk)))
			chunk_clear(&chunk);
		else if (!run_chunk(&chunk, true))
			good = false;
		if (!editor && lunatik_cli_interrupted())
			return false;
		lunatik_cli_uninterrupt();
	}
	if (continued && !run_chunk(&chunk, false))
		good = false;
	free(chunk.text);
	return good;
}

static bool banner(void)
{
	static const char version[] = "_LUNATIK_VERSION";
	struct link_answer answer;
	bool good;

	if (!lunatik_link_request(&answer, "eval", version, strlen(version)))
		return false;
	good = answer.status == LINK_OK;
	if (good)
		printf("%s  %s\n", answer.text, COPYRIGHT);
	else
		lunatik_cli_complain("%s", answer.text);
	fflush(stdout);
	free(answer.text);
	return good;
}

/* Text beyond ASCII is UTF-8 even where the environment names no language. */
static void choose_locale(void)
{
	setlocale(LC_ALL, "");
	if (MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* Without a terminal, one failed chunk fails the whole. */
int lunatik_prompt_run(void)
{
	bool good;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return lunatik_link_connect() && read_chunks() ? CLI_OK : CLI_FAILED;
	choose_locale();
	good = banner();
	if (good) {
		editor_open();
		read_chunks();
		editor_close();
	}
	return good ? CLI_OK : CLI_FAILED;
}
