// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * syscall.c - library "syscall": what scripts call
 *
 * Owns nothing: numbers.c has the numbers, address.c the addresses. The first time
 * that an address is asked for it has to be found, which may sleep, and is refused
 * where that is impossible; from then on it is known to all scripts, in any context.
 * Others use the runtime while it is looked for.
 *
 * The names and numbers are those of the headers that this module was built with.
 */

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "syscall.h"

/* pushes "<symbol>, system call <nr>" */
static const char *syscall_describe(lua_State *L, unsigned int nr)
{
	return lua_pushfstring(L, "%s, system call %d", luasyscall_symbol(nr), (int)nr);
}

static int syscall_checkprobes(lua_State *L)
{
	if (IS_ENABLED(CONFIG_KPROBES))
		return 0;
	return luaL_error(L, "%s, so the addresses of system calls cannot be found",
			  "this kernel has no kprobes (CONFIG_KPROBES)");
}

/* raises when it must not sleep, or when the runtime is stopped meanwhile */
static int syscall_find(lua_State *L, const char *what, unsigned int nr, unsigned int count)
{
	int err;

	lunatik_checksleep(L, what);
	lunatik_block(L);
	err = luasyscall_find(nr, count);
	lunatik_unblock(L);
	return err;
}

/***
 * Finds the address of a system call, where a probe can be put.
 *
 * It is that of the function that the kernel calls for it, which has the saved
 * registers as its only argument on x86-64 and arm64. System calls that this kernel
 * does not have share the one that answers `ENOSYS`.
 *
 * @function address
 * @tparam integer number
 * @treturn lightuserdata
 * @raise `out of bounds`; `this kernel has no kprobes`; the errno when there is no
 *   such function that can be probed. Any context, if it was asked for before, in any
 *   script; else "may sleep" in atomic context
 * @usage probe.new(syscall.address(syscall.numbers.openat), handlers)
 */
static int syscall_address(lua_State *L)
{
	lua_Integer nr = luaL_checkinteger(L, 1);
	int err;

	luaL_argcheck(L, nr >= 0 && nr < luasyscall_count(), 1, "out of bounds");
	syscall_checkprobes(L);
	if (!luasyscall_address(nr)) {
		err = syscall_find(L, "address", nr, 1);
		if (err)
			return lunatik_raise(L, syscall_describe(L, nr), err);
	}
	lua_pushlightuserdata(L, luasyscall_address(nr));
	return 1;
}

/***
 * Finds the addresses of all system calls. `syscall.table` finds them one by one.
 *
 * @function addresses
 * @treturn table name -> lightuserdata; without those that cannot be found
 * @raise `this kernel has no kprobes`; "may sleep" in atomic context. It can take
 *   some seconds, in which others use the runtime
 * @usage for name, address in pairs(syscall.addresses()) do print(name, address) end
 */
static int syscall_addresses(lua_State *L)
{
	const struct lunatik_constant *number;
	unsigned int nr, count = luasyscall_count();

	syscall_checkprobes(L);
	for (nr = 0; nr < count; nr += LUASYSCALL_BATCH)
		syscall_find(L, "addresses", nr, min_t(unsigned int, LUASYSCALL_BATCH, count - nr));
	lua_newtable(L);
	for (number = luasyscall_numbers; number->name; number++) {
		if (!luasyscall_address(number->value))
			continue;
		lua_pushlightuserdata(L, luasyscall_address(number->value));
		lua_setfield(L, -2, number->name);
	}
	return 1;
}

/***
 * Returns the number of a system call.
 *
 * @function number
 * @tparam string name as in the manual: `openat`
 * @treturn integer nil when there is no such system call
 * @raise `string expected`. Any context
 * @usage local nr = syscall.number("openat")
 */
static int syscall_number(lua_State *L)
{
	size_t len;
	const char *name = luaL_checklstring(L, 1, &len);
	const struct lunatik_constant *number = luasyscall_numbers;

	/* a byte 0 ends no name of Lua's */
	while (number->name && (strlen(number->name) != len || memcmp(number->name, name, len)))
		number++;
	if (number->name)
		lua_pushinteger(L, number->value);
	else
		lua_pushnil(L);
	return 1;
}

static const struct lunatik_method syscall_functions[] = {
	{ "address",	syscall_address },
	{ "addresses",	syscall_addresses,	LUNATIK_SLEEPS },
	{ "number",	syscall_number },
	{ }
};

static const struct lunatik_constants syscall_constants[] = {
	{ "numbers",	luasyscall_numbers },
	{ }
};

static struct lunatik_library syscall_library = {
	.name		= "syscall",
	.functions	= syscall_functions,
	.constants	= syscall_constants,
	.owner		= THIS_MODULE,
};

lunatik_module(syscall_library);

MODULE_DESCRIPTION("Lunatik: numbers and addresses of system calls");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-syscall");
