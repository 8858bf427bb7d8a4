/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_netns.h - the network namespace that an argument of a script names
 *
 * For bindings that belong to one: sockets, hooks, rules. Not part of lunatik.h.
 */
#ifndef _LUNATIK_NETNS_H
#define _LUNATIK_NETNS_H

#include <net/net_namespace.h>

#include "lunatik.h"

/**
 * struct lunatik_netns - which network namespace
 * @path: that of a file, which is one of /proc/PID/ns/net or below /run/netns; or NULL
 * @pid: that of a process; or 0
 * @caller: that of the current task
 *
 * All zeros: the initial one.
 */
struct lunatik_netns {
	const char	*path;
	pid_t		pid;
	bool		caller;
};

/**
 * lunatik_netns_check() - read an optional argument that names a namespace
 * @L: Lua state
 * @idx: stack index: nil or nothing, a process' number, an absolute path, or "caller"
 * @netns: set to what it names; left alone for nil. It refers to the path, which must
 *	stay on the Lua stack
 *
 * Raises for anything else.
 */
void lunatik_netns_check(lua_State *L, int idx, struct lunatik_netns *netns);

/**
 * lunatik_netns_get() - find a namespace
 * @netns: which
 *
 * Context: process; may sleep; no Lua in it.
 * Return: the namespace with a reference, for put_net(); or ERR_PTR(): -ESRCH when there
 *	is no such process, -EINVAL when the file is no namespace's, an error of the path
 */
struct net *lunatik_netns_get(const struct lunatik_netns *netns);

#endif /* _LUNATIK_NETNS_H */
