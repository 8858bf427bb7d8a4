// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * main.c - host-lua: runs a script with the kernel's Lua, in userspace
 *
 * One process, one Lua state, one entry that loads and runs the script under
 * the limits given. For testing and fuzzing the port; the limits are in
 * limits.c. Exit status: 0 the script ended, 1 it raised an error (message and
 * traceback on standard error), 2 usage.
 */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

#define STACK	(512 * 1024)

struct options {
	struct host	limits;
	const char	*path;		/* package.path */
	const char	*chunk;		/* -e */
	bool		report;
	bool		sweep;
	int		argc;		/* the script and its arguments */
	char		**argv;
};

static const char usage[] =
	"usage: host-lua [options] FILE [ARGUMENTS]\n"
	"       host-lua [options] -e CHUNK [ARGUMENTS]\n"
	"  --ms N          time limit in milliseconds\n"
	"  --mem BYTES     memory limit\n"
	"  --stack BYTES   C stack (default 524288)\n"
	"  --path PATH     package.path\n"
	"  --atomic        as an entry that must not take long: no whole collections\n"
	"  --fail-nth N    the Nth allocation fails\n"
	"  --fail-sweep    run again and again, the 1st, 2nd, ... allocation failing\n"
	"  --report        say on standard error what was used\n";

/* pushes the content of @file as a string of Lua's own memory, or a message */
static bool push_file(lua_State *L, const char *filename, FILE *file)
{
	luaL_Buffer b;
	size_t n;

	luaL_buffinit(L, &b);
	do {
		char *p = luaL_prepbuffsize(&b, BUFSIZ);

		n = fread(p, 1, BUFSIZ, file);
		luaL_addsize(&b, n);
	} while (n > 0);
	if (ferror(file)) {
		lua_pushfstring(L, "cannot read %s: %s", filename, strerror(errno));
		return false;
	}
	luaL_pushresult(&b);
	return true;
}

static int close_file(lua_State *L)
{
	FILE **file = lua_touserdata(L, 1);

	if (*file)
		fclose(*file);
	*file = NULL;
	return 0;
}

/* pushes a box that closes the file in it, whatever is raised meanwhile */
static FILE **push_box(lua_State *L)
{
	FILE **box = lua_newuserdatauv(L, sizeof(*box), 0);

	*box = NULL;
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, close_file);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
	return box;
}

int luaL_loadfilex(lua_State *L, const char *filename, const char *mode)
{
	int top = lua_gettop(L);
	int status = LUA_ERRFILE;
	size_t size;
	const char *text;
	FILE **box;

	if (!filename)
		return luaL_error(L, "file name expected");
	box = push_box(L);
	*box = fopen(filename, "rb");
	if (!*box) {
		lua_pushfstring(L, "cannot open %s", filename);
	} else if (push_file(L, filename, *box)) {
		fclose(*box);
		*box = NULL;
		text = lua_tolstring(L, -1, &size);
		if (size && *text == '#') {	/* a #! line; its end stays, for line numbers */
			size_t skip = strcspn(text, "\n");

			text += skip;
			size -= skip;
		}
		lua_pushfstring(L, "@%s", filename);
		status = luaL_loadbufferx(L, text, size, lua_tostring(L, -1), mode ? mode : "t");
	}
	lua_replace(L, top + 1);
	lua_settop(L, top + 1);
	return status;
}

static int traceback(lua_State *L)
{
	const char *message = luaL_tolstring(L, 1, NULL);

	luaL_traceback(L, L, message, 1);
	return 1;
}

static void set_arguments(lua_State *L, const struct options *options)
{
	int first = options->chunk ? 0 : 1;

	lua_createtable(L, options->argc, 1);
	for (int i = 0; i < options->argc; i++) {
		lua_pushstring(L, options->argv[i]);
		lua_rawseti(L, -2, i - first + 1);
	}
	lua_setglobal(L, "arg");
}

/* the libraries, `arg` and package.path; a protected call */
static int prepare(lua_State *L)
{
	const struct options *options = lua_touserdata(L, 1);

	luaL_openlibs(L);
	set_arguments(L, options);
	if (options->path) {
		lua_getglobal(L, "package");
		lua_pushstring(L, options->path);
		lua_setfield(L, -2, "path");
	}
	return 0;
}

/* loads the script and runs it; a protected call */
static int run(lua_State *L)
{
	const struct options *options = lua_touserdata(L, 1);
	int first = options->chunk ? 0 : 1;
	int status;

	if (options->chunk)
		status = luaL_loadbufferx(L, options->chunk, strlen(options->chunk), "=-e", "t");
	else
		status = luaL_loadfilex(L, options->argv[0], "t");
	if (status != LUA_OK)
		return lua_error(L);
	luaL_checkstack(L, options->argc, "too many arguments");
	for (int i = first; i < options->argc; i++)
		lua_pushstring(L, options->argv[i]);
	lua_call(L, options->argc - first, 0);
	return 0;
}

/* an entry: a protected call of @f on the thread @L; prints what went wrong */
static bool enter(lua_State *L, struct host *host, lua_CFunction f,
		  const struct options *options)
{
	int status;

	host_enter(host);
	lua_settop(L, 0);
	lua_pushcfunction(L, traceback);
	lua_pushcfunction(L, f);
	lua_pushlightuserdata(L, (void *)options);
	status = lua_pcall(L, 1, 0, 1);
	host_leave(host);
	if (status != LUA_OK && !options->sweep)
		fprintf(stderr, "host-lua: %s\n", lua_tostring(L, -1));
	lunatik_vm_undoom(L);
	return status == LUA_OK;
}

/* a new state, in which lua_newthread() may run out of memory */
static int new_thread(lua_State *L)
{
	lua_newthread(L);
	return 1;
}

static bool run_state(lua_State *L, struct host *host, const struct options *options)
{
	bool ok = false;
	size_t stack = host->stack;

	lua_pushcfunction(L, new_thread);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK)
		return false;
	host->stack = STACK;
	if (enter(lua_tothread(L, 1), host, prepare, options)) {
		host->stack = stack;
		ok = enter(lua_tothread(L, 1), host, run, options);
	}
	return ok;
}

static void report(const struct host *host)
{
	fprintf(stderr, "host-lua: memory %zu, allocations %ld, refuels %ld, ",
		host->peak, host->allocations, host->refuels);
	fprintf(stderr, "late %lld us, stack left %ld\n", host->late / 1000, host->stackleft);
}

/* one run in a state of its own; @host is left for a look at what was used */
static bool run_once(struct host *host, const struct options *options)
{
	lua_State *L = lua_newstate(host_alloc, host);
	bool ok = false;

	if (L) {
		host->vm.stack_limit = (unsigned long)__builtin_frame_address(0) - STACK;
		ok = run_state(L, host, options);
		host->vm.stack_limit = (unsigned long)__builtin_frame_address(0) - STACK;
		lua_close(L);
	} else if (!options->sweep) {
		fprintf(stderr, "host-lua: no memory for a Lua state\n");
	}
	if (host->used) {
		fprintf(stderr, "host-lua: %zu bytes were not freed\n", host->used);
		abort();
	}
	return ok;
}

/* runs until an attempt has fewer allocations than the one that should fail */
static bool sweep(const struct options *options)
{
	for (long n = 1; ; n++) {
		struct host host = options->limits;
		bool ok;

		host.failnth = n;
		ok = run_once(&host, options);
		if (host.allocations < n) {
			printf("%ld allocations failed in turn\n", n - 1);
			return ok;
		}
	}
}

static long number(const char *option, const char *text)
{
	char *end;
	long n = strtol(text, &end, 0);

	if (*end || end == text || n < 0) {
		fprintf(stderr, "host-lua: --%s: '%s' is not a number\n", option, text);
		exit(2);
	}
	return n;
}

enum { MS = 256, MEM, STACKSIZE, PATHS, ATOMIC, FAILNTH, FAILSWEEP, REPORT };

static void set_option(struct options *options, int c)
{
	switch (c) {
	case MS:
		options->limits.ms = number("ms", optarg);
		break;
	case MEM:
		options->limits.memory = number("mem", optarg);
		break;
	case STACKSIZE:
		options->limits.stack = number("stack", optarg);
		break;
	case FAILNTH:
		options->limits.failnth = number("fail-nth", optarg);
		break;
	case PATHS:
		options->path = optarg;
		break;
	case ATOMIC:
		options->limits.atomic = true;
		break;
	case FAILSWEEP:
		options->sweep = true;
		break;
	case REPORT:
		options->report = true;
		break;
	case 'e':
		options->chunk = optarg;
		break;
	default:
		fputs(usage, stderr);
		exit(2);
	}
}

static void parse(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{"ms", required_argument, NULL, MS},
		{"mem", required_argument, NULL, MEM},
		{"stack", required_argument, NULL, STACKSIZE},
		{"path", required_argument, NULL, PATHS},
		{"atomic", no_argument, NULL, ATOMIC},
		{"fail-nth", required_argument, NULL, FAILNTH},
		{"fail-sweep", no_argument, NULL, FAILSWEEP},
		{"report", no_argument, NULL, REPORT},
		{NULL, 0, NULL, 0}
	};
	int c;

	while ((c = getopt_long(argc, argv, "+e:", known, NULL)) != -1)
		set_option(options, c);
	options->argc = argc - optind;
	options->argv = argv + optind;
	if (!options->chunk && !options->argc) {
		fputs(usage, stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct options options = { .limits.stack = STACK };
	struct host host;
	bool ok;

	parse(&options, argc, argv);
	if (options.sweep)
		return sweep(&options) ? 0 : 1;
	host = options.limits;
	ok = run_once(&host, &options);
	if (options.report)
		report(&host);
	return ok ? 0 : 1;
}
