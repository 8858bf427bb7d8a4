/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <signal.h>: a type; nothing stops a script asynchronously */
typedef int sig_atomic_t;
