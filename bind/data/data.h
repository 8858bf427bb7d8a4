/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef _LUNATIK_BIND_DATA_H
#define _LUNATIK_BIND_DATA_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "compat.h"
#include "lunatik.h"

enum data_mode {
	DATA_SHARED,	/* several runtimes may have it: strings are copied under `lock` */
	DATA_PRIVATE,	/* never leaves its runtime */
	DATA_VIEW,	/* memory of somebody else, lent; never leaves its runtime */
};

/*
 * The private part of a data object. Of one that owns its memory nothing here
 * changes until it is released. A view's fields are those of the loan and change
 * with the ownership of the runtime, which is also needed to read them.
 */
struct data {
	u8			*ptr;
	size_t			size;
	enum data_mode		mode;
	bool			readonly;
	raw_spinlock_t		lock;	/* of the bytes of a shared one, while strings are copied */
	struct lunatik_loan	loan;
};

extern const struct lunatik_class data_class;

/*
 * The one place where an offset becomes a pointer: [offset, offset + length) must
 * not be empty and must lie in the buffer. Nothing can overflow: neither is
 * negative and the one is taken from the size before the other is compared.
 */
static inline u8 *data_span(lua_State *L, const struct data *data, lua_Integer offset,
			    lua_Integer length)
{
	if (unlikely(length <= 0 || (u64)length > data->size ||
		     offset < 0 || (u64)offset > data->size - (u64)length))
		luaL_argerror(L, 2, "out of bounds");
	return data->ptr + offset;
}

/* raises unless the memory may be written */
static inline void data_checkwrite(lua_State *L, const struct data *data)
{
	if (unlikely(data->readonly))
		luaL_error(L, "read only");
}

/* access.c */
int data_getint8(lua_State *L);
int data_setint8(lua_State *L);
int data_getuint8(lua_State *L);
int data_setuint8(lua_State *L);
int data_getint16(lua_State *L);
int data_setint16(lua_State *L);
int data_getuint16(lua_State *L);
int data_setuint16(lua_State *L);
int data_getint32(lua_State *L);
int data_setint32(lua_State *L);
int data_getuint32(lua_State *L);
int data_setuint32(lua_State *L);
int data_getint64(lua_State *L);
int data_setint64(lua_State *L);
int data_getuint64(lua_State *L);
int data_setuint64(lua_State *L);

#endif /* _LUNATIK_BIND_DATA_H */
