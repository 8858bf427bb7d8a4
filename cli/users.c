// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Who uses a kernel module: other modules, and processes that keep one of its
 * devices open. Only asked when a module cannot be removed, to say why; what
 * cannot be read counts as nobody.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cli.h"

struct names {
	char *text;
	size_t size;
	size_t used;
	int count;
};

__printf(2, 3) static void add(struct names *names, const char *format, ...)
{
	va_list arguments;

	names->count++;
	if (names->used && names->used < names->size)
		names->used += snprintf(names->text + names->used, names->size - names->used, ", ");
	if (names->used >= names->size)
		return;
	va_start(arguments, format);
	names->used += vsnprintf(names->text + names->used, names->size - names->used,
				 format, arguments);
	va_end(arguments);
}

static bool in_list(const struct module_list *list, const char *name)
{
	for (size_t i = 0; list && i < list->count; i++) {
		if (!strcmp(list->modules[i]->name, name))
			return true;
	}
	return false;
}

/*
 * Names in text the modules that stand on this one, except those in the list
 * (NULL: all are named); returns how many.
 */
int lunatik_users_modules(const struct module *module, const struct module_list *except,
			  char *text, size_t size)
{
	struct names names = { .text = text, .size = size };
	struct dirent *entry;
	char path[512];
	DIR *directory;

	snprintf(path, sizeof(path), "/sys/module/%s/holders", module->name);
	directory = opendir(path);
	if (!directory)
		return 0;
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] != '.' && !in_list(except, entry->d_name))
			add(&names, "%s", entry->d_name);
	}
	closedir(directory);
	return names.count;
}

/* The number of the module's devices in /proc/devices; -1: it has none. */
static int major_of(const struct module *module)
{
	FILE *file = fopen("/proc/devices", "re");
	char line[128];
	char name[64];
	int found = -1;
	int number;

	while (file && found < 0 && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "Block", strlen("Block")))
			break;
		if (sscanf(line, "%d %63s", &number, name) == 2 && !strcmp(name, module->name))
			found = number;
	}
	if (file)
		fclose(file);
	return found;
}

static bool keeps_open(int number, const char *pid)
{
	struct dirent *entry;
	struct stat info;
	bool found = false;
	char path[512];
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	directory = opendir(path);
	while (directory && !found && (entry = readdir(directory)))
		found = !fstatat(dirfd(directory), entry->d_name, &info, 0) &&
			S_ISCHR(info.st_mode) && (int)major(info.st_rdev) == number;
	if (directory)
		closedir(directory);
	return found;
}

static void add_process(struct names *names, const char *pid)
{
	char command[64] = "?";
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (file) {
		if (fgets(command, sizeof(command), file))
			command[strcspn(command, "\n")] = '\0';
		fclose(file);
	}
	add(names, "%s[%s]", command, pid);
}

/* Names in text the other processes that keep a device of it open; returns how many. */
int lunatik_users_processes(const struct module *module, char *text, size_t size)
{
	struct names names = { .text = text, .size = size };
	DIR *directory = opendir("/proc");
	int number = major_of(module);
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		pid_t pid = strtol(entry->d_name, NULL, 10);

		if (pid > 0 && pid != getpid() && keeps_open(number, entry->d_name))
			add_process(&names, entry->d_name);
	}
	if (directory)
		closedir(directory);
	return names.count;
}
