// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * netns.c - network namespaces: which one a script means
 *
 * Whose task happens to run an entry must not decide by accident where a socket
 * listens, so a binding has a default of its own: the initial namespace, or the one
 * that the script was started from. That is what the process had that ran the command;
 * the script itself is loaded by a worker. It is remembered by its cookie, which is
 * never used again, and not kept alive. A script names another one by a process in it,
 * by its file (the number of the file's inode is the namespace's), or as the current
 * task's own.
 *
 * Process context. Looking up a path may sleep; the lists of tasks and namespaces
 * are walked under RCU. Fails when there is no such process, file or namespace.
 */

#include <linux/err.h>
#include <linux/magic.h>
#include <linux/namei.h>
#include <linux/nsproxy.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>

#include <net/net_namespace.h>

#include "core.h"
#include "lunatik_netns.h"

/* context: process */
u64 lunatik_netns_current(void)
{
	struct nsproxy *nsproxy = current->nsproxy;

	return nsproxy ? nsproxy->net_ns->net_cookie : init_net.net_cookie;
}

/* a client's chunk runs in the client's task, all else of a script in whatever task */
u64 lunatik_netns_home(lua_State *L)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);

	if (rt->entry && rt->entry->flags & ENTRY_INTERRUPTIBLE)
		return lunatik_netns_current();
	return rt->netns;
}

void lunatik_netns_script(lua_State *L, struct lunatik_netns *netns)
{
	netns->cookie = lunatik_netns_home(L);
}
EXPORT_SYMBOL_GPL(lunatik_netns_script);

void lunatik_netns_check(lua_State *L, int idx, struct lunatik_netns *netns)
{
	lua_Integer pid;
	size_t len;

	if (lua_isnoneornil(L, idx))
		return;
	if (lua_type(L, idx) != LUA_TSTRING) {
		pid = luaL_checkinteger(L, idx);
		luaL_argcheck(L, pid > 0 && pid <= PID_MAX_LIMIT, idx, "process out of range");
		netns->pid = pid;
		return;
	}
	netns->path = lua_tolstring(L, idx, &len);
	if (strcmp(netns->path, "caller") == 0)
		netns->caller = true;
	else
		luaL_argcheck(L, netns->path[0] == '/' && strlen(netns->path) == len, idx,
			      "process, absolute path or \"caller\" expected");
}
EXPORT_SYMBOL_GPL(lunatik_netns_check);

/* NULL for a task that is about to be gone */
static struct net *netns_of(struct task_struct *task)
{
	struct net *net = NULL;

	task_lock(task);
	if (task->nsproxy)
		net = get_net(task->nsproxy->net_ns);
	task_unlock(task);
	return net;
}

static struct net *netns_by_pid(pid_t pid)
{
	struct task_struct *task;
	struct net *net = NULL;

	rcu_read_lock();
	task = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		net = netns_of(task);
	rcu_read_unlock();
	return net;
}

static struct net *netns_by_inode(unsigned long number)
{
	struct net *net, *found = NULL;

	rcu_read_lock();
	for_each_net_rcu(net) {
		if (net->ns.inum == number) {
			found = maybe_get_net(net);
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static struct net *netns_by_cookie(u64 cookie)
{
	struct net *net, *found = NULL;

	rcu_read_lock();
	for_each_net_rcu(net) {
		if (net->net_cookie == cookie) {
			found = maybe_get_net(net);
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static struct net *netns_by_path(const char *name)
{
	struct net *net = NULL;
	struct inode *inode;
	struct path path;
	int err = kern_path(name, LOOKUP_FOLLOW, &path);

	if (err)
		return ERR_PTR(err);
	inode = d_backing_inode(path.dentry);
	if (inode->i_sb->s_magic == NSFS_MAGIC)
		net = netns_by_inode(inode->i_ino);
	path_put(&path);
	return net ?: ERR_PTR(-EINVAL);
}

struct net *lunatik_netns_get(const struct lunatik_netns *netns)
{
	if (netns->caller)
		return netns_of(current) ?: ERR_PTR(-ESRCH);
	if (netns->path)
		return netns_by_path(netns->path);
	if (netns->pid)
		return netns_by_pid(netns->pid) ?: ERR_PTR(-ESRCH);
	if (netns->cookie)
		return netns_by_cookie(netns->cookie) ?: ERR_PTR(-ENONET);
	return get_net(&init_net);
}
EXPORT_SYMBOL_GPL(lunatik_netns_get);
