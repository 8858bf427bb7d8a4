/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <stdarg.h>, from the kernel */
#include <linux/stdarg.h>
