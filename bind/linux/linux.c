// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * linux.c - library "linux": small things of the kernel
 *
 * Owns nothing: no object, no lock, no memory. Each function reads its
 * arguments, asks the kernel, and pushes the answer. schedule() and lookup() may
 * sleep, and the core refuses them where that is not possible; all others work
 * in any context. What each can raise is said above it.
 *
 * The network and process namespaces are the initial ones: a hook runs in the
 * context of whatever task it met, whose namespaces mean nothing to a script.
 */

#include <linux/if.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "symbol.h"
#include "linux.h"

/* ---------------------------------------------------------------------- random */

/*
 * Uniform in [0, range]: draws as many bits as the range has, until they are in
 * it; less than two draws on average, whatever the range.
 */
static u64 random_upto(u64 range)
{
	u64 mask = range ? GENMASK_ULL(fls64(range) - 1, 0) : 0;
	u64 bits;

	do {
		bits = get_random_u64() & mask;
	} while (bits > range);
	return bits;
}

/***
 * Returns a random integer from the kernel's generator.
 *
 * Without arguments all 64 bits are random; with `n` the result is uniform in
 * [1, n], with `m` and `n` in [m, n].
 *
 * @function random
 * @tparam[opt=1] integer m
 * @tparam[opt] integer n
 * @treturn integer
 * @raise `interval is empty`, `interval too large` (more than 2^63 - 1 from end
 *   to end), `wrong number of arguments`. Any context
 * @usage local printable = string.char(linux.random(32, 126))
 */
static int linux_random(lua_State *L)
{
	lua_Integer low = 1, up;
	int n = lua_gettop(L);

	if (n == 0) {
		lua_pushinteger(L, get_random_u64());
		return 1;
	}
	if (n > 2)
		return luaL_error(L, "wrong number of arguments");
	if (n == 2)
		low = luaL_checkinteger(L, 1);
	up = luaL_checkinteger(L, n);
	luaL_argcheck(L, low <= up, n, "interval is empty");
	luaL_argcheck(L, low >= 0 || up <= LUA_MAXINTEGER + low, n, "interval too large");
	lua_pushinteger(L, (u64)low + random_upto((u64)up - (u64)low));
	return 1;
}

/* -------------------------------------------------------------------- schedule */

static const unsigned int schedule_states[] = {
	TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE, TASK_KILLABLE, TASK_IDLE,
};

static unsigned int schedule_checkstate(lua_State *L, int idx)
{
	lua_Integer state = luaL_optinteger(L, idx, TASK_INTERRUPTIBLE);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(schedule_states); i++)
		if (state == schedule_states[i])
			return state;
	return luaL_argerror(L, idx, "invalid task state");
}

static long schedule_checktimeout(lua_State *L, int idx)
{
	lua_Integer ms;

	if (lua_isnoneornil(L, idx))
		return MAX_SCHEDULE_TIMEOUT;
	ms = luaL_checkinteger(L, idx);
	luaL_argcheck(L, ms >= 0, idx, "negative timeout");
	if (ms >= MAX_SCHEDULE_TIMEOUT / HZ - 1)
		return MAX_SCHEDULE_TIMEOUT;
	return DIV_ROUND_UP_ULL((u64)ms * HZ, MSEC_PER_SEC);
}

/* in jiffies; what ends a wait early is a signal, the runtime's or the thread's end */
static bool schedule_interrupted(lua_State *L, unsigned int state)
{
	return lunatik_stopping(L) || signal_pending_state(state, current) ||
	       fatal_signal_pending(current) ||
	       ((current->flags & PF_KTHREAD) && kthread_should_stop());
}

/* the state is set before the conditions are looked at, so no wake-up is lost */
static long schedule_wait(lua_State *L, long timeout, unsigned int state)
{
	do {
		set_current_state(state);
		if (schedule_interrupted(L, state))
			break;
		timeout = schedule_timeout(timeout);
	} while (timeout > 0);
	__set_current_state(TASK_RUNNING);
	return timeout;
}

/***
 * Sleeps. The runtime is let go meanwhile: its other events go on.
 *
 * Returns early for a signal that `state` lets through, and when the runtime is
 * stopped (then the script ends).
 *
 * @function schedule
 * @tparam[opt] integer timeout in milliseconds; default for ever
 * @tparam[opt=task.INTERRUPTIBLE] integer state one of `linux.task`, but RUNNING
 * @treturn integer milliseconds that remain: 0 when the time elapsed,
 *   `math.maxinteger` of for ever
 * @raise `invalid task state`, `negative timeout`; "cannot sleep" in atomic context
 * @usage linux.schedule(100)
 */
static int linux_schedule(lua_State *L)
{
	long timeout = schedule_checktimeout(L, 1);
	unsigned int state = schedule_checkstate(L, 2);

	lunatik_block(L);
	timeout = schedule_wait(L, timeout, state);
	lunatik_unblock(L);

	if (timeout == MAX_SCHEDULE_TIMEOUT)
		lua_pushinteger(L, LUA_MAXINTEGER);
	else
		lua_pushinteger(L, div_u64((u64)timeout * MSEC_PER_SEC, HZ));
	return 1;
}

/* ------------------------------------------------------------------------ time */

/***
 * Returns the time of day.
 *
 * @function time
 * @treturn integer nanoseconds since 1970-01-01 00:00 UTC
 * @raise nothing. Any context
 * @usage local start = linux.time()
 */
static int linux_time(lua_State *L)
{
	/* the exact one waits for who sets the clock, whom a probe may have interrupted */
	lua_pushinteger(L, lunatik_isisolated(L) ? ktime_get_real_fast_ns() :
						   ktime_get_real_ns());
	return 1;
}

/***
 * Returns the difference of two times.
 *
 * @function difftime
 * @tparam integer t2
 * @tparam integer t1
 * @treturn integer t2 - t1, in nanoseconds
 * @raise `number expected`. Any context
 * @usage print(linux.difftime(linux.time(), start))
 */
static int linux_difftime(lua_State *L)
{
	u64 t2 = luaL_checkinteger(L, 1);
	u64 t1 = luaL_checkinteger(L, 2);

	lua_pushinteger(L, t2 - t1);
	return 1;
}

/* --------------------------------------------------------------------- tracing */

/***
 * Asks whether the kernel's trace buffer records; switches it before if told to.
 *
 * @function tracing
 * @tparam[opt] boolean on
 * @treturn boolean whether it records now; false without CONFIG_TRACING
 * @raise nothing. Any context
 * @usage linux.tracing(true)
 */
static int linux_tracing(lua_State *L)
{
	if (!lua_isnoneornil(L, 1)) {
		if (lua_toboolean(L, 1))
			tracing_on();
		else
			tracing_off();
	}
	lua_pushboolean(L, tracing_is_on());
	return 1;
}

/***
 * Writes a line to the kernel's log, as print() does, with the script's name in front.
 *
 * The kernel's log gets at most a hundred such lines of a runtime in five seconds, so a
 * hook that says something each time it is called floods nothing. `lunatik log` shows
 * all of them, as far back as the script's journal goes.
 *
 * @function log
 * @param ... any values; tostring() makes them text, and tabs go in between
 * @raise what a `__tostring` raises. Any context
 * @usage linux.log("dropped", name)
 */
static int linux_log(lua_State *L)
{
	int n = lua_gettop(L);
	luaL_Buffer b;
	size_t length;
	int i;

	luaL_buffinit(L, &b);
	for (i = 1; i <= n; i++) {
		if (i > 1)
			luaL_addchar(&b, '\t');
		luaL_tolstring(L, i, NULL);
		luaL_addvalue(&b);
	}
	luaL_pushresult(&b);
	lua_tolstring(L, -1, &length);
	lunatik_log(L, lua_tostring(L, -1), length);
	return 0;
}

/* ---------------------------------------------------------------------- lookup */

/* a kprobe that is never switched on: registering it finds the symbol */
static void *lookup_symbol(const char *name)
{
	struct kprobe *probe = kzalloc(sizeof(*probe), GFP_KERNEL);
	void *addr = NULL;

	if (!probe)
		return NULL;
	probe->symbol_name = name;
	probe->flags = KPROBE_FLAG_DISABLED;
	if (register_kprobe(probe) == 0) {
		addr = lunatik_function_start(probe->addr);
		unregister_kprobe(probe);
	}
	kfree(probe);
	return addr;
}

/***
 * Finds the address of a kernel function by name.
 *
 * Only functions that can be probed are found; on a kernel without kprobes
 * (User-Mode Linux) nothing is.
 *
 * @function lookup
 * @tparam string symbol
 * @treturn lightuserdata the address, NULL when it is not found
 * @raise `string expected`; "cannot sleep" in atomic context
 * @usage probe.new(linux.lookup("ksys_read"), handlers)
 */
static int linux_lookup(lua_State *L)
{
	lua_pushlightuserdata(L, lookup_symbol(luaL_checkstring(L, 1)));
	return 1;
}

/* --------------------------------------------------------------------- ifindex */

static int ifindex_find(const char *name)
{
	struct net_device *dev;
	int ifindex;

	rcu_read_lock();
	dev = dev_get_by_name_rcu(&init_net, name);
	ifindex = dev ? dev->ifindex : 0;
	rcu_read_unlock();
	return ifindex;
}

/***
 * Returns the index of a network interface of the initial network namespace.
 *
 * @function ifindex
 * @tparam string name
 * @treturn integer
 * @raise `device not found`. Any context
 * @usage linux.ifindex("lo")
 */
static int linux_ifindex(lua_State *L)
{
	size_t len;
	const char *name = luaL_checklstring(L, 1, &len);
	int ifindex = strlen(name) == len ? ifindex_find(name) : 0;

	luaL_argcheck(L, ifindex, 1, "device not found");
	lua_pushinteger(L, ifindex);
	return 1;
}

/* ------------------------------------------------------------------------ kill */

static int kill_process(lua_Integer pid, int sig)
{
	int err = -ESRCH;

	if (pid <= 0 || pid > PID_MAX_LIMIT)
		return err;
	rcu_read_lock();
	err = kill_pid(find_pid_ns(pid, &init_pid_ns), sig, 1);
	rcu_read_unlock();
	return err;
}

/***
 * Sends a signal to a process of the initial process namespace.
 *
 * @function kill
 * @tparam integer pid
 * @tparam[opt=signal.KILL] integer sig one of `linux.signal`; 0 only asks
 *   whether the process exists
 * @treturn boolean true
 * @raise the errno, as an integer: `errno.SRCH` when there is no such process,
 *   `errno.INVAL` when there is no such signal. Any context
 * @usage local ok, errno = pcall(linux.kill, pid, linux.signal.TERM)
 */
static int linux_kill(lua_State *L)
{
	lua_Integer pid = luaL_checkinteger(L, 1);
	lua_Integer sig = luaL_optinteger(L, 2, SIGKILL);
	int err = sig >= 0 && sig <= _NSIG ? kill_process(pid, sig) : -EINVAL;

	if (err) {
		lua_pushinteger(L, -err);
		return lua_error(L);
	}
	lua_pushboolean(L, true);
	return 1;
}

/* ------------------------------------------------------------------ the library */

static const struct lunatik_method linux_functions[] = {
	{ "random",	linux_random,	LUNATIK_LOCKS },
	{ "schedule",	linux_schedule,	LUNATIK_SLEEPS },
	{ "time",	linux_time },
	{ "difftime",	linux_difftime },
	{ "tracing",	linux_tracing,	LUNATIK_LOCKS },
	{ "log",	linux_log },
	{ "lookup",	linux_lookup,	LUNATIK_SLEEPS },
	{ "ifindex",	linux_ifindex },
	{ "kill",	linux_kill,	LUNATIK_LOCKS },
	{ "hton16",	linux_swab16_be },
	{ "hton32",	linux_swab32_be },
	{ "hton64",	linux_swab64_be },
	{ "ntoh16",	linux_swab16_be },
	{ "ntoh32",	linux_swab32_be },
	{ "ntoh64",	linux_swab64_be },
	{ "htobe16",	linux_swab16_be },
	{ "htobe32",	linux_swab32_be },
	{ "htobe64",	linux_swab64_be },
	{ "be16toh",	linux_swab16_be },
	{ "be32toh",	linux_swab32_be },
	{ "be64toh",	linux_swab64_be },
	{ "htole16",	linux_swab16_le },
	{ "htole32",	linux_swab32_le },
	{ "htole64",	linux_swab64_le },
	{ "le16toh",	linux_swab16_le },
	{ "le32toh",	linux_swab32_le },
	{ "le64toh",	linux_swab64_le },
	{ }
};

static struct lunatik_library linux_library = {
	.name		= "linux",
	.functions	= linux_functions,
	.constants	= linux_constants,
	.owner		= THIS_MODULE,
};

lunatik_module(linux_library);

MODULE_DESCRIPTION("Lunatik: small things of the kernel");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-linux");
