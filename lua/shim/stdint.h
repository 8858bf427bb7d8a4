/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <stdint.h>, from the kernel */
#include <linux/types.h>
