// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Which kernel modules are Lunatik's, and in which order they load.
 *
 * Nothing is built in but the documented order: the modules are those that
 * modules.dep of the running kernel knows in a directory called "lunatik", or
 * under a documented name elsewhere (DKMS chooses its own directory). A new
 * binding is found the day that it is installed. What can fail: there is no
 * such file or no such module, which is said on stderr.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "cli.h"

/* lunatik first, lunatik_run last; modules that are not named come between. */
static const char *const documented[] = {
	"lunatik", "luadevice", "lualinux", "luanotifier", "luasocket",
	"luarcu", "luathread", "luafib", "luadata", "luaprobe", "luasyscall",
	"luaxdp", "luafifo", "luaxtable", "luanetfilter", "luacompletion",
};

#define BLANKS		" \t\n"
#define DOCUMENTED	((int)ARRAY_SIZE(documented))
#define RANK_OTHER	DOCUMENTED
#define RANK_LAST	(DOCUMENTED + 1)

static int rank_of(const char *name)
{
	for (int i = 0; i < DOCUMENTED; i++) {
		if (!strcmp(documented[i], name))
			return i;
	}
	return strcmp(name, "lunatik_run") ? RANK_OTHER : RANK_LAST;
}

static void *checked(void *memory)
{
	if (!memory)
		lunatik_cli_nomem();
	return memory;
}

/* "kernel/lunatik/lua-x.ko.xz" is the module lua_x. */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = checked(strdup(slash ? slash + 1 : path));
	char *suffix = strstr(name, ".ko");

	if (suffix)
		*suffix = '\0';
	for (char *c = name; *c; c++) {
		if (*c == '-')
			*c = '_';
	}
	return name;
}

static bool ours(const char *path, const char *name)
{
	return strstr(path, "/lunatik/") || rank_of(name) != RANK_OTHER;
}

/* Modules for tests and the one to copy are there for who asks for them. */
static bool extra(const char *path)
{
	return strstr(path, "/tests/") || strstr(path, "/skel/");
}

static void append(struct module_list *list, struct module *module)
{
	size_t size = (list->count + 1) * sizeof(*list->modules);

	list->modules = checked(realloc(list->modules, size));
	list->modules[list->count++] = module;
}

/* One line of modules.dep: "path: " and the paths of what it needs */
static void read_line(struct module_list *list, char *line)
{
	char *colon = strchr(line, ':');
	struct module *module;
	char *name;

	if (!colon)
		return;
	*colon = '\0';
	name = name_of(line);
	if (!ours(line, name)) {
		free(name);
		return;
	}
	module = checked(calloc(1, sizeof(*module)));
	module->name = name;
	module->path = checked(strdup(line));
	module->dependencies = checked(strdup(colon + 1));
	module->rank = rank_of(name);
	module->extra = extra(line);
	append(list, module);
}

static int compare(const void *a, const void *b)
{
	const struct module *left = *(struct module *const *)a;
	const struct module *right = *(struct module *const *)b;

	if (left->rank != right->rank)
		return left->rank - right->rank;
	return strcmp(left->name, right->name);
}

static struct module *find(const struct module_list *list, const char *path)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->modules[i]->path, path))
			return list->modules[i];
	}
	return NULL;
}

/* Marked before its dependencies are visited: a cycle cannot hold it up. */
static void place(struct module_list *sorted, const struct module_list *all,
		  struct module *module)
{
	char *rest = module->dependencies;
	char *path;

	if (module->placed)
		return;
	module->placed = true;
	while ((path = strsep(&rest, BLANKS))) {
		struct module *dependency = find(all, path);

		if (dependency)
			place(sorted, all, dependency);
	}
	append(sorted, module);
}

static void sort(struct module_list *sorted, struct module_list *all)
{
	qsort(all->modules, all->count, sizeof(*all->modules), compare);
	for (size_t i = 0; i < all->count; i++)
		place(sorted, all, all->modules[i]);
	free(all->modules);
}

static FILE *open_list(char *path, size_t size, const char *release)
{
	const char *chosen = secure_getenv("LUNATIK_MODULES_DEP");
	FILE *file;

	if (chosen)
		snprintf(path, size, "%s", chosen);
	else
		snprintf(path, size, "/lib/modules/%s/modules.dep", release);
	file = fopen(path, "re");
	if (!file)
		lunatik_cli_complain("%s: %s", path, strerror(errno));
	return file;
}

/* Fills the list; false if there are no modules, and why has been said. */
bool lunatik_modules_read(struct module_list *list)
{
	struct module_list all = { 0 };
	struct utsname kernel;
	char path[512];
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	uname(&kernel);
	file = open_list(path, sizeof(path), kernel.release);
	if (!file)
		return false;
	while (getline(&line, &size, file) > 0)
		read_line(&all, line);
	free(line);
	fclose(file);
	if (!all.count) {
		lunatik_cli_complain("%s lists no Lunatik module: not installed for kernel %s",
				     path, kernel.release);
		return false;
	}
	sort(list, &all);
	return true;
}
