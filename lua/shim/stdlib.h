/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <stdlib.h>: abort(), after a panic function returned */
#include <linux/bug.h>
#ifndef abort
#define abort()	BUG()
#endif
