// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik: loads, unloads and talks to Lunatik, Lua in the Linux kernel.
 *
 * The words of the command line: the documented commands, and the options of
 * version 3.0. What a user typed is sent to the kernel as data, never pasted
 * into code or a shell. Exit status: 0 it worked, 1 a script or the kernel
 * refused (stderr says why), 2 the command line makes no sense.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define SCRIPTS		"/lib/modules/lua/"

static volatile sig_atomic_t interrupted;

/* Messages of several lines (a traceback) keep their shape. */
void lunatik_cli_complain(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("lunatik: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void lunatik_cli_nomem(void)
{
	lunatik_cli_complain("not enough memory");
	exit(CLI_FAILED);
}

bool lunatik_cli_interrupted(void)
{
	return interrupted;
}

void lunatik_cli_uninterrupt(void)
{
	interrupted = 0;
}

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/*
 * Without SA_RESTART: a wait in the kernel must end. Who started this command
 * in the background, where Ctrl-C is ignored, wants it to stay so.
 */
static void catch_interrupt(void)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	struct sigaction before;

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, NULL, &before);
	if (before.sa_handler != SIG_IGN)
		sigaction(SIGINT, &action, NULL);
}

static const char usage_line[] =
	"usage: lunatik [load|unload|reload|status|list] [run|spawn|stop <script>]\n";

static const char help[] =
	"\n"
	"  load                    load the kernel modules\n"
	"  unload                  stop all scripts and unload the kernel modules\n"
	"  reload                  unload, then load\n"
	"  status                  show which kernel modules are loaded\n"
	"  list [-v]               show which scripts run; -v: with state and counters\n"
	"  log [-f] [script]       show what scripts print, and their errors; -f: go on\n"
	"  run <script> [false]    run " SCRIPTS "<script>.lua in a runtime of its own;\n"
	"                          false: in one that never sleeps (for packet hooks)\n"
	"  spawn <script>          run it, and its function in a kernel thread\n"
	"  stop <script>           stop what run or spawn started\n"
	"  -e, --eval <chunk>      run a chunk in the kernel, print what it returns\n"
	"  --run, --stop <script>  as in version 3.0\n"
	"  -h, --help              show this help\n"
	"  -V, --version           show the version of this command\n"
	"\n"
	"Without arguments: a prompt inside the kernel. Exit status: 0 it worked,\n"
	"1 a script or the kernel refused, 2 wrong usage. See lunatik(8).\n";

__printf(1, 2) static int usage(const char *format, ...)
{
	va_list arguments;

	fputs("lunatik: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n%s", usage_line);
	return CLI_USAGE;
}

/* Sends one request; on success prints the answer's text if it is wanted. */
static int ask(const char *words, const char *payload, size_t length,
	       void (*print)(const char *text))
{
	struct link_answer answer;
	int status = CLI_OK;

	if (!lunatik_link_request(&answer, words, payload, length))
		return CLI_FAILED;
	if (answer.status == LINK_OK) {
		print(answer.text);
	} else {
		lunatik_cli_complain("%s", answer.text);
		status = CLI_FAILED;
	}
	free(answer.text);
	return status;
}

static void print_text(const char *text)
{
	puts(text);
}

/* A name may be given as a path, as a shell completes it. */
static const char *script_name(const char *script)
{
	return strncmp(script, SCRIPTS, strlen(SCRIPTS)) ? script : script + strlen(SCRIPTS);
}

static int ask_script(const char *words, const char *script)
{
	script = script_name(script);
	return ask(words, script, strlen(script), print_text);
}

/* The truth of a word as Lua sees it, where every number is true. */
static const char *truth(const char *word)
{
	char *end;

	if (!strcmp(word, "true") || !strcmp(word, "false"))
		return word;
	strtol(word, &end, 0);
	return *word && !*end ? "true" : NULL;
}

static int start_script(const char *how, int argc, char **argv)
{
	const char *sleep = argc > 1 ? truth(argv[1]) : "true";
	char words[32];

	if (!argc || argc > 2)
		return usage("%s takes a script and, if wanted, true or false", how);
	if (!sleep)
		return usage("%s %s: '%s' is neither true nor false", how, argv[0], argv[1]);
	snprintf(words, sizeof(words), "%s %s", how, sleep);
	return ask_script(words, argv[0]);
}

static int command_run(int argc, char **argv)
{
	return start_script("run", argc, argv);
}

static int command_spawn(int argc, char **argv)
{
	return start_script("spawn", argc, argv);
}

static int command_stop(int argc, char **argv)
{
	if (argc != 1)
		return usage("stop takes a script");
	return ask_script("stop", argv[0]);
}

#define COLUMNS		16

/* Widens the columns for one line of tab-separated fields; returns its end. */
static const char *measure(const char *line, size_t *widths)
{
	for (int i = 0; i < COLUMNS; i++) {
		size_t width = strcspn(line, "\t\n");

		if (width > widths[i])
			widths[i] = width;
		line += width;
		if (*line != '\t')
			break;
		line++;
	}
	return line + strcspn(line, "\n");
}

static const char *print_row(const char *line, const size_t *widths)
{
	for (int i = 0; i < COLUMNS; i++) {
		int width = strcspn(line, "\t\n");
		bool last = line[width] != '\t';

		printf("%-*.*s", last ? 0 : (int)widths[i] + 2, width, line);
		line += width;
		if (last)
			break;
		line++;
	}
	putchar('\n');
	return line + strcspn(line, "\n");
}

static void print_table(const char *text)
{
	size_t widths[COLUMNS] = { 0 };
	const char *line = measure(text, widths);

	while (*line)
		line = measure(line + 1, widths);
	line = print_row(text, widths);
	while (*line)
		line = print_row(line + 1, widths);
}

static int command_list(int argc, char **argv)
{
	if (!argc)
		return ask("list", "", 0, print_text);
	if (argc == 1 && (!strcmp(argv[0], "-v") || !strcmp(argv[0], "--verbose")))
		return ask("list full", "", 0, print_table);
	return usage("list takes no argument but -v");
}

static int command_log(int argc, char **argv)
{
	const char *script = "";
	bool following = false;

	for (int i = 0; i < argc; i++) {
		bool option = !strcmp(argv[i], "-f") || !strcmp(argv[i], "--follow");

		if (!option && (!*argv[i] || *argv[i] == '-' || *script))
			return usage("log takes -f and a script, if wanted");
		if (option)
			following = true;
		else
			script = script_name(argv[i]);
	}
	return lunatik_log_run(script, following);
}

struct command {
	const char *name;
	int (*simple)(void);
	int (*function)(int argc, char **argv);
};

static const struct command commands[] = {
	{ .name = "load", .simple = lunatik_loader_load },
	{ .name = "unload", .simple = lunatik_loader_unload },
	{ .name = "reload", .simple = lunatik_loader_reload },
	{ .name = "status", .simple = lunatik_loader_status },
	{ .name = "list", .function = command_list },
	{ .name = "log", .function = command_log },
	{ .name = "run", .function = command_run },
	{ .name = "spawn", .function = command_spawn },
	{ .name = "stop", .function = command_stop },
};

static int run_command(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *command = &commands[i];

		if (strcmp(command->name, argv[0]))
			continue;
		if (command->function)
			return command->function(argc - 1, argv + 1);
		if (argc > 1)
			return usage("%s takes no argument", argv[0]);
		return command->simple();
	}
	return usage("unknown command '%s'", argv[0]);
}

static int eval(const char *chunk)
{
	return lunatik_prompt_eval("-e", chunk, strlen(chunk)) ? CLI_OK : CLI_FAILED;
}

enum {
	OPTION_RUN = 256,
	OPTION_STOP,
};

static const struct option options[] = {
	{ "eval", required_argument, NULL, 'e' },
	{ "run", required_argument, NULL, OPTION_RUN },
	{ "stop", required_argument, NULL, OPTION_STOP },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

static int run_option(int option)
{
	switch (option) {
	case 'e':
		return eval(optarg);
	case OPTION_RUN:
		return ask_script("run true", optarg);
	case OPTION_STOP:
		return ask_script("stop", optarg);
	case 'h':
		printf("%s%s", usage_line, help);
		return CLI_OK;
	case 'V':
		puts(LUNATIK_VERSION);
		return CLI_OK;
	default:
		fputs(usage_line, stderr);
		return CLI_USAGE;
	}
}

static bool final_option(int option)
{
	return option == 'h' || option == 'V';
}

static int run(int argc, char **argv)
{
	int status = CLI_OK;
	int option;

	while ((option = getopt_long(argc, argv, "+e:hV", options, NULL)) != -1) {
		status = run_option(option);
		if (status != CLI_OK || final_option(option))
			return status;
	}
	if (optind < argc)
		return run_command(argc - optind, argv + optind);
	return optind > 1 ? status : lunatik_prompt_run();
}

int main(int argc, char **argv)
{
	int status;

	catch_interrupt();
	status = run(argc, argv);
	lunatik_link_close();
	if ((fflush(stdout) || ferror(stdout)) && status == CLI_OK) {
		lunatik_cli_complain("standard output: %s", strerror(errno));
		status = CLI_FAILED;
	}
	return status;
}
