// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * luaxt.c - the userspace side of matches and targets that are written in Lua
 *
 * Compiled once for each extension (see Makefile), to libxt_NAME.so, which iptables
 * loads for "-m NAME" and "-j NAME". It runs libxt_NAME.lua, which registers a match,
 * a target, or both, and translates what iptables asks into calls of its functions.
 *
 * Owns one Lua state and at most one registration of each kind, for as long as the
 * command runs. Everything is called by iptables, in its one thread. Whatever fails
 * ends the command with a message, as an error of iptables.
 */

#define _GNU_SOURCE	/* dladdr() */
#include <dlfcn.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xtables.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#ifndef LUAXTABLE_MODULE
#error "LUAXTABLE_MODULE is the name of the extension, a string"
#endif

#define USERARGS	256
#define OPTIONS		64

/* what the kernel's side has for a rule: bind/xtable/xtable.h; `rule` is the kernel's */
struct info {
	char		userargs[USERARGS];
	uint64_t	rule __attribute__((aligned(8)));
};

/* of a match or a target: `ref` is the table that the script handed in */
struct registration {
	const char	*kind;
	int		ref;
	struct option	options[OPTIONS + 1];
};

static lua_State *L;
static struct registration match_side = { .kind = "match", .ref = LUA_NOREF };
static struct registration target_side = { .kind = "target", .ref = LUA_NOREF };

/* ---------------------------------------------------------------- calling Lua */

/* ends the command; what is to be said is on the top of the stack */
static void __attribute__((noreturn)) fail(enum xtables_exittype type)
{
	const char *text = lua_tostring(L, -1);

	xtables_error(type, "%s: %s", LUAXTABLE_MODULE, text ? text : "error");
	exit(type);
}

static void call(int args, int results)
{
	if (lua_pcall(L, args, results, 0))
		fail(PARAMETER_PROBLEM);
}

/* pushes a function of the script's table; or nothing, if it has none */
static bool push_function(const struct registration *side, const char *name)
{
	lua_settop(L, 0);
	lua_rawgeti(L, LUA_REGISTRYINDEX, side->ref);
	lua_getfield(L, -1, name);
	lua_remove(L, -2);
	if (lua_isnil(L, -1))
		lua_settop(L, 0);
	return lua_gettop(L);
}

/* pushes the table that init() and parse() get */
static void push_par(const struct info *info, unsigned int flags)
{
	lua_createtable(L, 0, 5);
	lua_pushlstring(L, info->userargs, sizeof(info->userargs));
	lua_setfield(L, -2, "userargs");
	lua_pushinteger(L, flags);
	lua_setfield(L, -2, "flags");
}

/* takes what the function left in its table, which is on the top */
static void read_par(struct info *info, unsigned int *flags)
{
	const char *userargs;
	size_t size;

	if (lua_getfield(L, -1, "userargs") != LUA_TSTRING) {
		lua_pushliteral(L, "par.userargs is not a string");
		fail(PARAMETER_PROBLEM);
	}
	userargs = lua_tolstring(L, -1, &size);
	memset(info, 0, sizeof(*info));
	memcpy(info->userargs, userargs, size < USERARGS ? size : USERARGS);
	lua_pop(L, 1);
	lua_getfield(L, -1, "flags");
	if (flags)
		*flags = lua_tointeger(L, -1);
	lua_pop(L, 1);
}

/* ------------------------------------------------------------ what iptables asks */

static void help(const struct registration *side)
{
	if (push_function(side, "help"))
		call(0, 0);
}

static void init(const struct registration *side, struct info *info)
{
	memset(info, 0, sizeof(*info));
	if (!push_function(side, "init"))
		return;
	push_par(info, 0);
	lua_pushvalue(L, -1);
	lua_insert(L, 1);
	call(1, 0);
	read_par(info, NULL);
}

static int parse(const struct registration *side, int option, int invert, unsigned int *flags,
		 struct info *info)
{
	if (!push_function(side, "parse"))
		return 0;
	push_par(info, *flags);
	lua_pushstring(L, side->options[option].name);
	lua_setfield(L, -2, "option");
	if (side->options[option].has_arg)
		lua_pushstring(L, optarg);
	else
		lua_pushnil(L);
	lua_setfield(L, -2, "arg");
	lua_pushboolean(L, invert);
	lua_setfield(L, -2, "invert");
	lua_pushvalue(L, -1);
	lua_insert(L, 1);
	call(1, 1);
	if (!lua_toboolean(L, -1))
		xtables_error(PARAMETER_PROBLEM, "%s: bad option \"--%s\"", LUAXTABLE_MODULE,
			      side->options[option].name);
	lua_pop(L, 1);
	read_par(info, flags);
	return 1;
}

static void final_check(const struct registration *side, unsigned int flags)
{
	if (!push_function(side, "final_check"))
		return;
	lua_pushinteger(L, flags);
	call(1, 0);
}

/* print and save: what the function writes goes to iptables' own output */
static void show(const struct registration *side, const char *name, const struct info *info)
{
	if (!push_function(side, name))
		return;
	putchar(' ');
	lua_pushlstring(L, info->userargs, sizeof(info->userargs));
	call(1, 0);
}

/* ----------------------------------------------------------------------- matches */

static void match_help(void)
{
	help(&match_side);
}

static void match_init(struct xt_entry_match *match)
{
	init(&match_side, (struct info *)match->data);
}

static int match_parse(int option, char **argv, int invert, unsigned int *flags,
		       const void *entry, struct xt_entry_match **match)
{
	(void)argv;
	(void)entry;
	return parse(&match_side, option, invert, flags, (struct info *)(*match)->data);
}

static void match_check(unsigned int flags)
{
	final_check(&match_side, flags);
}

static void match_print(const void *ip, const struct xt_entry_match *match, int numeric)
{
	(void)ip;
	(void)numeric;
	show(&match_side, "print", (const struct info *)match->data);
}

static void match_save(const void *ip, const struct xt_entry_match *match)
{
	(void)ip;
	show(&match_side, "save", (const struct info *)match->data);
}

static struct xtables_match lua_match = {
	.version	= XTABLES_VERSION,
	.name		= LUAXTABLE_MODULE,
	.size		= XT_ALIGN(sizeof(struct info)),
	.userspacesize	= USERARGS,
	.help		= match_help,
	.init		= match_init,
	.parse		= match_parse,
	.final_check	= match_check,
	.print		= match_print,
	.save		= match_save,
	.extra_opts	= match_side.options,
};

/* ----------------------------------------------------------------------- targets */

static void target_help(void)
{
	help(&target_side);
}

static void target_init(struct xt_entry_target *target)
{
	init(&target_side, (struct info *)target->data);
}

static int target_parse(int option, char **argv, int invert, unsigned int *flags,
			const void *entry, struct xt_entry_target **target)
{
	(void)argv;
	(void)entry;
	return parse(&target_side, option, invert, flags, (struct info *)(*target)->data);
}

static void target_check(unsigned int flags)
{
	final_check(&target_side, flags);
}

static void target_print(const void *ip, const struct xt_entry_target *target, int numeric)
{
	(void)ip;
	(void)numeric;
	show(&target_side, "print", (const struct info *)target->data);
}

static void target_save(const void *ip, const struct xt_entry_target *target)
{
	(void)ip;
	show(&target_side, "save", (const struct info *)target->data);
}

static struct xtables_target lua_target = {
	.version	= XTABLES_VERSION,
	.name		= LUAXTABLE_MODULE,
	.size		= XT_ALIGN(sizeof(struct info)),
	.userspacesize	= USERARGS,
	.help		= target_help,
	.init		= target_init,
	.parse		= target_parse,
	.final_check	= target_check,
	.print		= target_print,
	.save		= target_save,
	.extra_opts	= target_side.options,
};

/* -------------------------------------------------------------------- library luaxt */

static lua_Integer integer_field(const char *key, lua_Integer max)
{
	lua_Integer value;
	int is_integer;

	lua_getfield(L, 1, key);
	value = lua_tointegerx(L, -1, &is_integer);
	if (!is_integer || value < 0 || value > max)
		luaL_error(L, "bad field '%s' (integer from 0 to %I expected)", key, max);
	lua_pop(L, 1);
	return value;
}

static void check_functions(void)
{
	static const char *const names[] = {
		"help", "init", "parse", "final_check", "print", "save"
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		lua_getfield(L, 1, names[i]);
		if (!lua_isnil(L, -1) && !lua_isfunction(L, -1))
			luaL_error(L, "bad field '%s' (function expected, got %s)", names[i],
				   luaL_typename(L, -1));
		lua_pop(L, 1);
	}
}

/* the table of an option is on the top */
static void read_option(struct option *option, int number)
{
	char *name;

	if (!lua_istable(L, -1) || lua_getfield(L, -1, "name") != LUA_TSTRING)
		luaL_error(L, "bad field 'options' (option %d has no name)", number);
	name = strdup(lua_tostring(L, -1));	/* there until the command ends */
	if (!name)
		luaL_error(L, "not enough memory");
	lua_getfield(L, -2, "arg");
	option->name = name;
	option->has_arg = lua_toboolean(L, -1) ? required_argument : no_argument;
	option->val = number - 1;
	lua_pop(L, 2);
}

static void read_options(struct registration *side)
{
	lua_Integer count, i;

	if (lua_getfield(L, 1, "options") == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	luaL_argcheck(L, lua_istable(L, -1), 1, "bad field 'options' (table expected)");
	count = luaL_len(L, -1);
	if (count > OPTIONS)
		luaL_error(L, "bad field 'options' (more than %d)", OPTIONS);
	for (i = 1; i <= count; i++) {
		lua_geti(L, -1, i);
		read_option(&side->options[i - 1], i);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* INET is IPv4 and IPv6; iptables knows either, or any */
static uint16_t family_field(void)
{
	lua_Integer family = integer_field("family", NFPROTO_IPV6);

	return family == NFPROTO_INET ? NFPROTO_UNSPEC : family;
}

static void read_registration(struct registration *side)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	if (side->ref != LUA_NOREF)
		luaL_error(L, "there is a %s already", side->kind);
	check_functions();
	read_options(side);
}

static int luaxt_match(lua_State *state)
{
	(void)state;
	read_registration(&match_side);
	lua_match.revision = integer_field("revision", UINT8_MAX);
	lua_match.family = family_field();
	match_side.ref = luaL_ref(L, LUA_REGISTRYINDEX);
	xtables_register_match(&lua_match);
	return 0;
}

static int luaxt_target(lua_State *state)
{
	(void)state;
	read_registration(&target_side);
	lua_target.revision = integer_field("revision", UINT8_MAX);
	lua_target.family = family_field();
	target_side.ref = luaL_ref(L, LUA_REGISTRYINDEX);
	xtables_register_target(&lua_target);
	return 0;
}

static const luaL_Reg functions[] = {
	{ "match",	luaxt_match },
	{ "target",	luaxt_target },
	{ NULL,		NULL }
};

#define FAMILY(name) { #name, NFPROTO_##name }

static const struct {
	const char	*name;
	lua_Integer	value;
} families[] = {
	FAMILY(UNSPEC), FAMILY(INET), FAMILY(IPV4), FAMILY(IPV6), FAMILY(ARP),
	FAMILY(NETDEV), FAMILY(BRIDGE),
};

static int open_luaxt(lua_State *state)
{
	unsigned int i;

	luaL_newlib(state, functions);
	lua_newtable(state);
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		lua_pushinteger(state, families[i].value);
		lua_setfield(state, -2, families[i].name);
	}
	lua_setfield(state, -2, "family");
	return 1;
}

/* ---------------------------------------------------------------- the script */

#define SCRIPT	"libxt_" LUAXTABLE_MODULE ".lua"

/* pushes where the script is: beside this file, or else in the current directory */
static void push_path(void)
{
	const char *slash;
	Dl_info self;

	if (dladdr(&lua_match, &self) && self.dli_fname) {
		slash = strrchr(self.dli_fname, '/');
		if (slash) {
			lua_pushlstring(L, self.dli_fname, slash - self.dli_fname + 1);
			lua_pushliteral(L, SCRIPT);
			lua_concat(L, 2);
			if (access(lua_tostring(L, -1), F_OK) == 0)
				return;
			lua_pop(L, 1);
		}
	}
	lua_pushliteral(L, SCRIPT);
}

static void __attribute__((constructor)) start(void)
{
	L = luaL_newstate();
	if (!L)
		xtables_error(RESOURCE_PROBLEM, "%s: not enough memory", LUAXTABLE_MODULE);
	luaL_openlibs(L);
	luaL_requiref(L, "luaxt", open_luaxt, 0);
	lua_settop(L, 0);
	push_path();
	if (luaL_loadfile(L, lua_tostring(L, 1)))
		fail(OTHER_PROBLEM);
	call(0, 0);
	if (match_side.ref == LUA_NOREF && target_side.ref == LUA_NOREF)
		xtables_error(OTHER_PROBLEM, "%s: %s registers nothing", LUAXTABLE_MODULE,
			      SCRIPT);
}
