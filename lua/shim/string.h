/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <string.h>, from the kernel; strings have no locale */
#include <linux/string.h>
#ifndef strcoll
#define strcoll(a, b)	strcmp(a, b)
#endif
