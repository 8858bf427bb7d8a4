// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A function for GNU make: $(become COMMAND,NAME...) turns the running make into
 * COMMAND, with the make variables NAME... in its environment, as they were typed.
 *
 * `make vm CMD=...` promises the exit status of the command that ran in the guest,
 * and nothing else on stderr. A recipe cannot keep that promise: make exits with 2
 * and says so. Nothing here survives into the command but its environment. On
 * failure make goes on, and the rule's ordinary recipe runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <gnumake.h>

int plugin_is_GPL_compatible;

int become_gmk_setup(void);

/* Puts one variable into the environment when make knows it. */
static void pass(const char *name)
{
	char reference[64];
	char *value;

	if (snprintf(reference, sizeof(reference), "$(value %s)", name) >= (int)sizeof(reference))
		return;
	value = gmk_expand(reference);
	if (value && *value)
		setenv(name, value, 1);
	gmk_free(value);
}

static char *become(const char *function, unsigned int argc, char **argv)
{
	char *name;

	(void)function;
	if (argc != 2)
		return NULL;
	for (name = strtok(argv[1], " "); name; name = strtok(NULL, " "))
		pass(name);
	fflush(NULL);
	execl(argv[0], argv[0], (char *)NULL);
	perror(argv[0]);
	return NULL;
}

int become_gmk_setup(void)
{
	gmk_add_function("become", become, 2, 2, GMK_FUNC_DEFAULT);
	return 1;
}
