/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_netns.h - network namespaces: which one a script means
 */
#ifndef _LUNATIK_NETNS_H
#define _LUNATIK_NETNS_H

#include "lunatik.h"

struct net;

/**
 * struct lunatik_netns - what a script said about a network namespace
 * @path: of its file; NULL when it was not named so. A string of Lua's
 * @pid: number of a process in it, in the initial process namespace; or 0
 * @caller: it is the current task's
 * @cookie: the one to take when the script said nothing; 0 is the initial one
 *
 * All zeros is the initial one.
 */
struct lunatik_netns {
	const char	*path;
	pid_t		pid;
	bool		caller;
	u64		cookie;
};

/**
 * lunatik_netns_check() - which network namespace an argument means
 * @L: Lua state
 * @idx: stack index: a process, the path of a file, "caller"; nil or nothing leaves
 *	@netns as it is
 * @netns: what is found out. A path in it is valid while the argument is on the stack
 *
 * Raises for anything else.
 */
void lunatik_netns_check(lua_State *L, int idx, struct lunatik_netns *netns);

/**
 * lunatik_netns_script() - make the namespace that the script was started from the default
 * @L: Lua state
 * @netns: a zeroed one
 *
 * That is the one of the process that ran the command ``lunatik run``, or that is at
 * the prompt.
 *
 * Context: an entry in process context.
 */
void lunatik_netns_script(lua_State *L, struct lunatik_netns *netns);

/**
 * lunatik_netns_get() - find a network namespace
 * @netns: which one
 *
 * Context: process; may sleep. No Lua in it.
 * Return: the namespace with a reference, or an ERR_PTR(): -ESRCH when there is no such
 *	process, -ENONET when the script's own is gone, -EINVAL for a file that is none
 */
struct net *lunatik_netns_get(const struct lunatik_netns *netns);

#endif /* _LUNATIK_NETNS_H */
