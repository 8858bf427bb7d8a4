/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * host.h - the parts of host-lua: limits.c (what the port asks) and main.c
 */
#ifndef _LUNATIK_HOST_H
#define _LUNATIK_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "vm.h"
#include "rename.h"
#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

/* one Lua state and what limits it; one thread, no lock */
struct host {
	struct lunatik_vm	vm;		/* first: Lua's allocator gets it */
	long			ms;		/* time limit; 0: none */
	size_t			memory;		/* memory limit; 0: none */
	size_t			stack;		/* bytes of C stack for an entry */
	long			failnth;	/* allocation that fails; 0: none */
	bool			atomic;		/* as an entry that must not take long */

	size_t			used;		/* bytes allocated now */
	size_t			peak;
	long			allocations;	/* attempts to get memory */
	long			refuels;
	long long		deadline;	/* ns */
	long long		late;		/* ns from the deadline to its being noticed */
	char			*painted;	/* lowest byte that the entry may touch */
	long			stackleft;	/* what the entry left of its stack */
};

void *host_alloc(void *ud, void *block, size_t osize, size_t nsize);
void host_enter(struct host *host);
void host_leave(struct host *host);

#endif /* _LUNATIK_HOST_H */
