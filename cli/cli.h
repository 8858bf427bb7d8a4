/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the files of the command share. link.c owns the connection to
 * /dev/lunatik, modules.c the list of kernel modules, loader.c their loading
 * and unloading, users.c who is in the way of that, log.c what scripts say,
 * prompt.c the prompt, main.c the words of the command line and everything said on stderr.
 */
#ifndef LUNATIK_CLI_H
#define LUNATIK_CLI_H

#include <stdbool.h>
#include <stddef.h>

#ifndef __printf
#define __printf(format, first)	__attribute__((__format__(printf, format, first)))
#endif
#ifndef __noreturn
#define __noreturn		__attribute__((__noreturn__))
#endif
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Exit codes, as lunatik(8) promises them. */
enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2,
};

/* main.c */
__printf(1, 2) void lunatik_cli_complain(const char *format, ...);
__noreturn void lunatik_cli_nomem(void);
bool lunatik_cli_interrupted(void);
void lunatik_cli_uninterrupt(void);

/* link.c */
enum link_status {
	LINK_OK,
	LINK_ERROR,
	LINK_INCOMPLETE,
};

struct link_answer {
	enum link_status status;
	char *text;		/* NUL-terminated, may hold other NULs too */
	size_t length;
};

const char *lunatik_link_path(void);
bool lunatik_link_overridden(void);
int lunatik_link_open(void);
void lunatik_link_close(void);
bool lunatik_link_connect(void);
bool lunatik_link_request(struct link_answer *answer, const char *words,
			  const char *payload, size_t length);

/* modules.c */
struct module {
	char *name;
	char *path;		/* as in modules.dep */
	char *dependencies;	/* paths separated by blanks */
	bool extra;		/* unloaded with the others, but not loaded */
	int rank;		/* place in the documented order */
	bool placed;		/* the list holds it already */
};

struct module_list {
	struct module **modules;	/* dependencies first */
	size_t count;
};

bool lunatik_modules_read(struct module_list *list);

/* users.c */
int lunatik_users_modules(const struct module *module, const struct module_list *except,
			  char *text, size_t size);
int lunatik_users_processes(const struct module *module, char *text, size_t size);

/* loader.c */
int lunatik_loader_load(void);
int lunatik_loader_unload(void);
int lunatik_loader_reload(void);
int lunatik_loader_status(void);

/* log.c */
int lunatik_log_run(const char *script, bool following);

/* prompt.c */
int lunatik_prompt_run(void);
bool lunatik_prompt_eval(const char *name, const char *chunk, size_t length);

#endif
