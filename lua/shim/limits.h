/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <limits.h>: the kernel's cannot be used in #if */
#include <linux/limits.h>
#undef INT_MAX
#undef INT_MIN
#undef UINT_MAX
#undef SHRT_MAX
#undef UCHAR_MAX
#undef CHAR_BIT
#define INT_MAX		0x7fffffff
#define INT_MIN		(-0x7fffffff - 1)
#define UINT_MAX	0xffffffffU
#define SHRT_MAX	0x7fff
#define UCHAR_MAX	0xff
#define CHAR_BIT	8
