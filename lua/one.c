// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * one.c - Lua, the whole of it, as one translation unit
 *
 * Owns nothing: it puts the fetched sources of Lua and the port's own files
 * together, in one unit so that Lua's internal functions stay static and the
 * compiler sees them all. The order is the one that the macros need: what a
 * file of Lua is to see differently is defined right before it and taken back
 * right after it. The state that the code works on belongs to whoever owns the
 * Lua state (core/ in the kernel); nothing here takes a lock or sleeps, except
 * inside the host's functions that vm.h lists. What fails raises a Lua error.
 */

#ifdef __KERNEL__
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#undef current		/* a field of Lua's lexer */
#define LUNATIK_OWN_SETJMP
/*
 * Where an indirect jump is a retpoline, a tree of comparisons is faster; and objtool
 * follows the jumps of a switch, but not those to labels whose address was taken.
 */
#if defined(CONFIG_RETPOLINE) || defined(CONFIG_MITIGATION_RETPOLINE) || defined(CONFIG_OBJTOOL)
#define LUA_USE_JUMPTABLE	0
#endif
#else
#include <ctype.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define noinline	__attribute__((noinline))
#endif

#include "vm.h"
#include "rename.h"

#define LUA_CORE
#define LUA_LIB
#define LUAI_FUNC	static __attribute__((unused))
#define LUAI_DDEC(def)	/* one unit: nothing to declare */
#define LUAI_DDEF	static

#ifdef __KERNEL__
/*
 * objtool follows calls to global functions as if they returned; so the
 * compiler must not be told otherwise, or code would end at such a call
 */
#define l_noret		void
#endif

/* levels of C calls: what luaE_checkcstack() allows now; see stack.h */
#define LUAI_MAXCCALLS	luaE_maxccalls(L)

#define luai_makeseed(L)	((void)(L), luaE_makeseed())
#define l_randomizePivot()	lunatik_vm_pivot()

#ifdef LUNATIK_OWN_SETJMP
#define luai_jmpbuf		struct lunatik_jmpbuf
#define LUAI_THROW(L, c)	lunatik_longjmp(&(c)->b, 1)
#define LUAI_TRY(L, c, a)	do { if (lunatik_setjmp(&(c)->b) == 0) { a } } while (0)
#else
#define LUA_USE_POSIX		/* _setjmp() */
#endif

#include "lprefix.h"
#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "lobject.h"
#include "lstate.h"
#include "ldo.h"
#include "lvm.h"
#include "lopcodes.h"
#include "lparser.h"
#include "lcode.h"
#include "lctype.h"

#undef LUA_VERSION
#define LUA_VERSION	"Lua 5.4-kernel"

#include "nofloat.h"
#include "text.h"
#include "fuel.h"
#include "hash.h"
#include "stack.h"

/* Lua says so in comments, which the kernel's level of the warning ignores */
#pragma GCC diagnostic ignored "-Wimplicit-fallthrough"

/* ------------------------------------------------------------- Lua's core */

#include "lzio.c"
#include "lctype.c"
#include "lopcodes.c"
#include "lmem.c"
#include "nobinary.c"	/* for lundump.c and ldump.c */
#include "lstate.c"
#include "lgc.c"
#include "llex.c"
#include "lcode.c"

/* `/` is the floor division of integers, `^` is no operator */
#define OPR_DIV		OPR_IDIV
#define OPR_POW		OPR_NOBINOPR
#include "lparser.c"
#undef OPR_DIV
#undef OPR_POW

#include "ldebug.c"
#include "lfunc.c"
#include "lobject.c"
#include "ltm.c"
#include "lstring.c"
#include "ltable.c"
#include "ldo.c"

/* a loop whose start or step is no integer is an error, not a float loop */
#undef tonumber
#define tonumber(o, n)	(*(n) = 0, ttisinteger(o) && (*(n) = ivalue(o), 1))
/* after instructions that make an object: was more charged than there was? */
#undef luai_threadyield
#define luai_threadyield(L)	updatetrap(ci)
#include "lvm.c"
#undef tonumber
#define tonumber(o, n)	luaV_tonumber_(o, n)

#include "lapi.c"
#include "vm.c"

/* ---------------------------------------------------------- the libraries */

#include "lauxlib.c"
#include "lbaselib.c"
#include "lcorolib.c"
#include "ltablib.c"
#define MAXCCALLS	64	/* levels of string matching */
#include "lstrlib.c"
#undef MAXCCALLS
#include "lutf8lib.c"

#undef luaopen_debug
#define luaopen_debug	full_debug	/* for debug.c, which trims it */
static int full_debug(lua_State *L);
#include "ldblib.c"
#undef luaopen_debug
#define luaopen_debug	lunatik_luaopen_debug

#include "math.c"
#include "debug.c"
#include "package.c"
#include "open.c"

#ifdef __KERNEL__
#include "exports.c"
#endif
