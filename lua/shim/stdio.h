/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <stdio.h>: the name of a type; there are no files */
#ifndef _LUNATIK_STDIO_H
#define _LUNATIK_STDIO_H
typedef struct lunatik_nofile FILE;
#endif
