// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * numbers.c - library "syscall": the numbers of system calls
 *
 * Neither names nor numbers are typed here: names.h is made at build time from the
 * kernel's headers, and the numbers are its macros. Those are of the native ABI: a
 * 64-bit kernel's 32-bit calls have others. Constant data: no context, no lock.
 */

#include <asm/unistd.h>

#include "syscall.h"

#define SYSCALL(name)	{ #name, __NR_##name }

/***
 * Numbers of system calls by name: read, openat ... all that this kernel's headers
 * know.
 * @table numbers
 * @usage for name, number in pairs(syscall.numbers) do print(name, number) end
 */
const struct lunatik_constant luasyscall_numbers[] = {
#include "names.h"
	{ }
};
