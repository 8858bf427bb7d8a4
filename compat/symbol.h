/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * symbol.h - where functions begin
 */
#ifndef _LUNATIK_COMPAT_SYMBOL_H
#define _LUNATIK_COMPAT_SYMBOL_H

#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>

/*
 * Where a probe would go is some bytes into the function when it begins with a landing
 * pad; "%pS" of that is "name+0x4/0x80", which says how many.
 */
static inline void *lunatik_function_start(void *addr)
{
	char where[KSYM_SYMBOL_LEN];
	unsigned long offset;
	char *plus;

	snprintf(where, sizeof(where), "%pS", addr);
	plus = strchr(where, '+');
	if (!plus || sscanf(plus, "+%lx/", &offset) != 1)
		return addr;
	return addr - offset;
}

#endif /* _LUNATIK_COMPAT_SYMBOL_H */
