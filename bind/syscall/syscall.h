/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * syscall.h - what the files of library "syscall" share
 */
#ifndef _LUASYSCALL_H
#define _LUASYSCALL_H

#include "compat.h"
#include "lunatik.h"

#define LUASYSCALL_BATCH	32	/* what is found with one wait for all processors */

/* ascending by name; ends with a NULL name */
extern const struct lunatik_constant luasyscall_numbers[];

/**
 * luasyscall_address() - where a system call begins, if that is known already
 * @nr: its number, below luasyscall_count()
 *
 * Context: any.
 * Return: the address, or NULL
 */
void *luasyscall_address(unsigned int nr);

/**
 * luasyscall_find() - find out where system calls begin
 * @first: number of the first one
 * @count: how many, up to LUASYSCALL_BATCH
 *
 * What is known already is not looked for again.
 *
 * Context: process; may sleep.
 * Return: 0, or the errno of the last one that was not found
 */
int luasyscall_find(unsigned int first, unsigned int count);

/**
 * luasyscall_symbol() - the kernel function that a system call begins with
 * @nr: its number, below luasyscall_count()
 *
 * Context: any.
 * Return: its name; that of the one which answers -ENOSYS where there is no other;
 *	NULL when the kernel has no kprobes
 */
const char *luasyscall_symbol(unsigned int nr);

/* every number is below this */
unsigned int luasyscall_count(void);

#endif /* _LUASYSCALL_H */
