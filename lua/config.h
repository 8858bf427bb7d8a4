/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * config.h - takes the place of Lua's luaconf.h; force-included everywhere
 *
 * It defines the guard of luaconf.h, so that the one of the Lua release is
 * never read, and then every name that lua.h, lauxlib.h and the sources of Lua
 * expect from it. This is the only place where the dialect is configured:
 * numbers are 64-bit integers, and the "floats" that the sources still mention
 * are of the same type (nofloat.h sees to it that no value ever is one).
 *
 * Included by: the port (lua/one.c), core/, every binding, the userspace host.
 */
#ifndef _LUNATIK_CONFIG_H
#define _LUNATIK_CONFIG_H

#define luaconf_h

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#endif

/* ------------------------------------------------------------------ numbers */

#define LUA_INT_INT		1
#define LUA_INT_LONG		2
#define LUA_INT_LONGLONG	3
#define LUA_FLOAT_FLOAT		1
#define LUA_FLOAT_DOUBLE	2
#define LUA_FLOAT_LONGDOUBLE	3
#define LUA_INT_TYPE		LUA_INT_LONGLONG
#define LUA_FLOAT_TYPE		LUA_FLOAT_DOUBLE
#define LUA_32BITS		0
#define LUAI_IS32INT		1

/* literals: the kernel's LLONG_MAX cannot be used in #if */
#define LUA_INTEGER		long long
#define LUA_UNSIGNED		unsigned long long
#define LUAI_UACINT		long long
#define LUA_MAXINTEGER		0x7fffffffffffffffLL
#define LUA_MININTEGER		(-0x7fffffffffffffffLL - 1)
#define LUA_MAXUNSIGNED		0xffffffffffffffffULL
#define LUA_INTEGER_FRMLEN	"ll"
#define LUA_INTEGER_FMT		"%lld"

#define LUA_NUMBER		LUA_INTEGER
#define LUAI_UACNUMBER		LUAI_UACINT
#define LUA_NUMBER_FRMLEN	LUA_INTEGER_FRMLEN
#define LUA_NUMBER_FMT		LUA_INTEGER_FMT

#define l_floatatt(n)		64	/* all integers fit */
#define l_mathop(op)		(lua_Number)op
#define l_floor(n)		(n)
#define lua_numbertointeger(n, p)	((*(p) = (n)), 1)

/* without printf: faster, and with a tenth of the stack; in text.h */
#define lua_integer2str(s, sz, n)	luaE_int2str(s, n)
#define lua_number2str(s, sz, n)	lua_integer2str(s, sz, n)

/* no text is a float numeral: says that nothing was recognised */
#define lua_str2number(s, p)	((*(p) = (char *)(s)), (lua_Number)0)
#define lua_strx2number(s, p)	lua_str2number(s, p)
#define lua_getlocaledecpoint()	'.'

/* -------------------------------------------------------------- environment */

#define l_sprintf(s, sz, f, i)	snprintf(s, sz, f, i)

#ifdef __KERNEL__
/* %p is hashed by the kernel: no script learns a kernel address */
#define lua_pointer2str(buff, sz, p)	snprintf(buff, sz, "0x%p", p)
#define LUA_KCONTEXT		long
#else
#define lua_pointer2str(buff, sz, p)	snprintf(buff, sz, "%p", p)
#define LUA_KCONTEXT		intptr_t
#endif

#define LUA_API			extern
#define LUALIB_API		LUA_API
#define LUAMOD_API		LUA_API

#define luai_likely(x)		__builtin_expect(((x) != 0), 1)
#define luai_unlikely(x)	__builtin_expect(((x) != 0), 0)
#define l_likely(x)		luai_likely(x)
#define l_unlikely(x)		luai_unlikely(x)

#ifdef LUA_USE_APICHECK
#include <assert.h>
#define luai_apicheck(l, e)	assert(e)
#endif

/* ------------------------------------------------------------------- limits */

/*
 * Slots of one Lua stack: 0.8 MB at most; recursion ends with "stack overflow".
 * The time of a traceback there is what keeps it from being more.
 */
#define LUAI_MAXSTACK		50000

#define LUA_EXTRASPACE		(sizeof(void *))
#define LUA_IDSIZE		60
#define LUAL_BUFFERSIZE		256
#define LUAI_MAXALIGN		lua_Number n; void *s; lua_Integer i; long l

/* -------------------------------------------------------------------- paths */

#define LUA_PATH_SEP		";"
#define LUA_PATH_MARK		"?"
#define LUA_EXEC_DIR		"!"
#define LUA_DIRSEP		"/"
#define LUA_IGMARK		"-"
#ifndef LUA_PATH_DEFAULT
#define LUA_PATH_DEFAULT	"/lib/modules/lua/?.lua;/lib/modules/lua/?/init.lua"
#endif

#endif /* _LUNATIK_CONFIG_H */
