/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef _LUNATIK_BIND_DATA_H
#define _LUNATIK_BIND_DATA_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_data.h"

enum data_mode {
	DATA_SHARED,	/* several runtimes may have it: strings are copied under `lock` */
	DATA_PRIVATE,	/* never leaves its runtime */
	DATA_VIEW,	/* memory of somebody else, lent; never leaves its runtime */
};

/*
 * The private part of a data object. Of one that owns its memory nothing here
 * changes until it is released. A view's fields are those of the loan and change
 * with the ownership of the runtime, which is also needed to read them.
 *
 * `ready` and `writable` are `size`, but for a view of which a part must be fetched
 * or copied first, and for one that must not be written.
 */
struct data {
	u8				*ptr;
	size_t				size;		/* as scripts see it */
	size_t				ready;		/* bytes from ptr on that can be read */
	size_t				writable;	/* and written */
	enum data_mode			mode;
	raw_spinlock_t			lock;	/* of the bytes, while strings are copied */
	struct lunatik_loan		loan;
	struct lunatik_data_source	*source;	/* of a view; or NULL */
};

extern const struct lunatik_class data_class;

/* view.c: raises, or makes more of a view ready */
void data_reach(lua_State *L, struct data *data, lua_Integer offset, lua_Integer length,
		bool write);

/* [offset, offset + length) is not empty and ends within @size. Nothing can overflow */
static inline bool data_inside(lua_Integer offset, lua_Integer length, size_t size)
{
	return length > 0 && (u64)length <= size &&
	       offset >= 0 && (u64)offset <= size - (u64)length;
}

/*
 * The two places where an offset becomes a pointer: [offset, offset + length) must
 * not be empty and must lie in the buffer.
 */
static inline u8 *data_span(lua_State *L, struct data *data, lua_Integer offset,
			    lua_Integer length)
{
	if (unlikely(!data_inside(offset, length, data->ready)))
		data_reach(L, data, offset, length, false);
	return data->ptr + offset;
}

/* the same for writing */
static inline u8 *data_span_write(lua_State *L, struct data *data, lua_Integer offset,
				  lua_Integer length)
{
	if (unlikely(!data_inside(offset, length, data->writable)))
		data_reach(L, data, offset, length, true);
	return data->ptr + offset;
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
