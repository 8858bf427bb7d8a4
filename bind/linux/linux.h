/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * linux.h - the tables of functions and constants that make up library "linux"
 */
#ifndef _LUALINUX_H
#define _LUALINUX_H

#include "lunatik.h"

/* byteorder.c: one line for each function, to be put into linux.c's table */
int linux_swab16_be(lua_State *L);
int linux_swab32_be(lua_State *L);
int linux_swab64_be(lua_State *L);
int linux_swab16_le(lua_State *L);
int linux_swab32_le(lua_State *L);
int linux_swab64_le(lua_State *L);

/* tables.c */
extern const struct lunatik_constants linux_constants[];

#endif /* _LUALINUX_H */
