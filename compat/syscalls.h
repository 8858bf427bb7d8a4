/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * syscalls.h - the kernel's table of system calls: __SYSCALL(number, function) for each
 *
 * Which header has it depends on the architecture and on the kernel. The includer
 * has defined __SYSCALL(nr, entry), and includes this where the table belongs.
 * __SYSCALL_NORETURN() came with 6.13.
 */
#define __SYSCALL_NORETURN(nr, entry)	__SYSCALL(nr, entry)

#if defined(CONFIG_X86_64)
#include <asm/syscalls_64.h>
#elif __has_include("asm/syscall_table_64.h")
#include <asm/syscall_table_64.h>
#else
#include <asm/unistd.h>
#endif
