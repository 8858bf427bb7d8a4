/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* nothing: lua_assert() is off in the kernel */
