// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * limits.c - the userspace host's side of lua/vm.h
 *
 * Owns the limits of a struct host: time by the processor time used, memory by
 * counting, the C stack by a limit within the real one. Called by Lua and by
 * main.c in the one thread there is. Fails as the kernel would: time ends in a
 * doom, memory in NULL.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

#define SLICE	10000		/* fuel between two looks at the clock */
#define PAINT	0x5a
#define BELOW	65536		/* also painted: what a broken limit would touch */

static struct host *host_of(lua_State *L)
{
	void *ud;

	lua_getallocf(L, &ud);
	return ud;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void lunatik_vm_refuel(lua_State *L)
{
	struct host *host = host_of(L);

	long long late = host->ms ? now() - host->deadline : 0;

	host->refuels++;
	if (late > 0 && !host->late)
		host->late = late;
	if (late > 0)
		lunatik_vm_doom(L, "ran for too long (%ld ms)", host->ms);
	lunatik_vm_setfuel(L, SLICE);
}

bool lunatik_vm_mayfullgc(lua_State *L)
{
	return !host_of(L)->atomic;
}

void lunatik_vm_print(lua_State *L, const char *s, size_t len)
{
	(void)L;
	fwrite(s, 1, len, stdout);
	putchar('\n');
	fflush(stdout);
}

int lunatik_vm_readable(lua_State *L, const char *filename)
{
	struct stat st;

	(void)L;
	return stat(filename, &st) == 0 && S_ISREG(st.st_mode) && access(filename, R_OK) == 0;
}

int lunatik_vm_binding(lua_State *L, const char *name)
{
	lua_pushfstring(L, "\n\tno binding '%s'", name);
	return 0;
}

unsigned int lunatik_vm_seed(void)
{
	unsigned int seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		abort();
	return seed;
}

unsigned int lunatik_vm_pivot(void)
{
	return lunatik_vm_seed();
}

/* the allocation to fail fails again when Lua has collected garbage for it */
static bool refused(struct host *host, size_t more)
{
	host->allocations++;
	if (host->failnth && (host->allocations == host->failnth ||
			      host->allocations == host->failnth + 1))
		return true;
	return host->memory && (more > host->memory || host->used > host->memory - more);
}

void *host_alloc(void *ud, void *block, size_t osize, size_t nsize)
{
	struct host *host = ud;
	void *moved;

	if (!block)
		osize = 0;	/* says what it is for, not how big */
	if (nsize > osize && refused(host, nsize - osize))
		return NULL;
	if (nsize == 0) {
		free(block);
		moved = NULL;
	} else {
		moved = realloc(block, nsize);
		if (!moved)
			return NULL;
	}
	host->used += nsize - osize;
	if (host->used > host->peak)
		host->peak = host->used;
	return moved;
}

#ifdef __SANITIZE_ADDRESS__
#define PAINTED	0	/* the sanitizer minds */
#else
#define PAINTED	1
#endif

/*
 * Gives the entry the stack from here on, and paints what it may touch, which
 * is below this frame. alloca() moves the stack pointer down for that, as
 * valgrind wants it.
 */
__attribute__((noinline)) void host_enter(struct host *host)
{
	size_t size = PAINTED ? host->stack + BELOW : 1;
	volatile char *region = __builtin_alloca(size);

	for (size_t i = 0; i < size; i++)
		region[i] = PAINT;
	host->painted = (char *)region;
	host->vm.stack_limit = (unsigned long)region + (PAINTED ? BELOW : 1 - host->stack);
	host->vm.atomic = host->atomic;
	host->deadline = now() + host->ms * 1000000LL;
}

/* the entry is over: how far down did it get? */
__attribute__((noinline)) void host_leave(struct host *host)
{
	volatile char *p = host->painted;

	host->stackleft = 0;
	while (PAINTED && *p == PAINT)
		p++;
	if (PAINTED)
		host->stackleft = (long)((unsigned long)p - host->vm.stack_limit);
}
