// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Loads and unloads Lunatik's kernel modules, and says which are there.
 *
 * Loading is modprobe's work, whose own messages are shown. Unloading first
 * makes sure that no foreign module stands on ours, then asks the driver to stop
 * every script, then removes the modules in reverse order with delete_module(2).
 * It never waits for a user of a module to finish: the kernel side lets go of
 * its modules within moments of the stop, and unload gives it that long.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

#define UNLOAD_TRIES	100	/* with a pause after each: 2 seconds */
#define UNLOAD_PAUSE	20000000

static bool need_root(const char *what)
{
	if (!geteuid())
		return true;
	lunatik_cli_complain("%s needs root (CAP_SYS_ADMIN)", what);
	return false;
}

static bool loaded(const struct module *module)
{
	char path[512];
	struct stat info;

	snprintf(path, sizeof(path), "/sys/module/%s", module->name);
	return !stat(path, &info);
}

/* sudo and cron like to leave out the directories where modprobe lives. */
static void extend_path(void)
{
	static const char directories[] = "/usr/sbin:/sbin:/usr/bin:/bin";
	const char *path = getenv("PATH");
	char *extended;

	if (asprintf(&extended, "%s:%s", path ? path : "", directories) < 0)
		lunatik_cli_nomem();
	setenv("PATH", extended, 1);
	free(extended);
}

static int execute(char *const *words)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		extend_path();
		execvp(words[0], words);
		lunatik_cli_complain("%s: %s", words[0], strerror(errno));
		_exit(127);
	}
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* One process for all of them: modprobe -a name ... */
static bool probe(const struct module_list *list)
{
	char **words = calloc(list->count + 3, sizeof(*words));
	size_t n = 0;
	int status;

	if (!words)
		lunatik_cli_nomem();
	words[n++] = (char *)"modprobe";
	words[n++] = (char *)"-a";
	for (size_t i = 0; i < list->count; i++) {
		if (!list->modules[i]->extra)
			words[n++] = list->modules[i]->name;
	}
	status = execute(words);
	free(words);
	if (status)
		lunatik_cli_complain("modprobe failed; the kernel log may say more");
	return !status;
}

int lunatik_loader_load(void)
{
	struct module_list list = { 0 };
	int error;

	if (!need_root("loading kernel modules") || !lunatik_modules_read(&list) || !probe(&list))
		return CLI_FAILED;
	error = lunatik_link_open();
	if (!error)
		return CLI_OK;
	lunatik_cli_complain("loaded, but %s cannot be opened: %s; the kernel log may say why",
			     lunatik_link_path(), strerror(-error));
	return CLI_FAILED;
}

/* Says who stands on a module from outside; true if nobody does. */
static bool free_of_others(const struct module_list *list)
{
	bool free = true;
	char names[256];

	for (size_t i = 0; i < list->count; i++) {
		if (!lunatik_users_modules(list->modules[i], list, names, sizeof(names)))
			continue;
		lunatik_cli_complain("%s is in use by: %s", list->modules[i]->name, names);
		free = false;
	}
	return free;
}

static bool shut_down(void)
{
	struct link_answer answer;
	bool stopped;

	if (lunatik_link_open())
		return true;	/* no driver, so no scripts of its making */
	stopped = lunatik_link_request(&answer, "shutdown", "", 0);
	if (stopped && answer.status != LINK_OK) {
		lunatik_cli_complain("%s", answer.text);
		stopped = false;
	}
	if (stopped)
		free(answer.text);
	lunatik_link_close();
	return stopped;
}

static void complain_remove(const struct module *module, int error)
{
	char names[256];

	if (error != EWOULDBLOCK && error != EBUSY)
		lunatik_cli_complain("%s: %s", module->name, strerror(error));
	else if (lunatik_users_modules(module, NULL, names, sizeof(names)) ||
		 lunatik_users_processes(module, names, sizeof(names)))
		lunatik_cli_complain("%s is in use by: %s", module->name, names);
	else if (!strcmp(module->name, "luaxdp"))
		lunatik_cli_complain("%s is in use by a BPF program (bpftool prog)", module->name);
	else
		lunatik_cli_complain("%s is in use", module->name);
}

/* Users of a module that were told to stop get a moment to let go of it. */
static bool remove_module(const struct module *module)
{
	const struct timespec pause = { .tv_nsec = UNLOAD_PAUSE };
	int error = 0;

	for (int i = 0; i < UNLOAD_TRIES && !lunatik_cli_interrupted(); i++) {
		if (!syscall(SYS_delete_module, module->name, O_NONBLOCK))
			return true;
		error = errno;
		if (error == ENOENT)
			return true;
		if (error != EWOULDBLOCK)
			break;
		nanosleep(&pause, NULL);
	}
	complain_remove(module, error ? error : EINTR);
	return false;
}

int lunatik_loader_unload(void)
{
	struct module_list list = { 0 };

	if (!need_root("unloading kernel modules") || !lunatik_modules_read(&list) ||
	    !free_of_others(&list) || !shut_down())
		return CLI_FAILED;
	for (size_t i = list.count; i-- > 0;) {
		if (loaded(list.modules[i]) && !remove_module(list.modules[i]))
			return CLI_FAILED;
	}
	return CLI_OK;
}

int lunatik_loader_reload(void)
{
	int status = lunatik_loader_unload();

	return status == CLI_OK ? lunatik_loader_load() : status;
}

int lunatik_loader_status(void)
{
	struct module_list list = { 0 };

	if (!lunatik_modules_read(&list))
		return CLI_FAILED;
	for (size_t i = 0; i < list.count; i++) {
		const struct module *module = list.modules[i];

		if (loaded(module))
			printf("%s is loaded\n", module->name);
		else if (!module->extra)
			printf("%s is not loaded\n", module->name);
	}
	return CLI_OK;
}
