// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * reserve.c - memory set aside for entries that cannot ask the kernel for any
 *
 * A runtime that never sleeps keeps a few pages, so that an entry in a packet hook
 * seldom has to ask for atomic memory. One with hooks that fire under any lock of the
 * kernel, the page allocator's included (probes), keeps more of them, and some larger
 * blocks: such entries get nothing from elsewhere.
 *
 * What is used up is made good by entries that may sleep and by the upkeep's worker.
 *
 * Contexts: taking and filling are the owner's, any context; preparing and dropping
 * may sleep. What cannot be had is left out, and tried again later.
 */
#include <linux/gfp.h>
#include <linux/kmemleak.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "core.h"

/* what tables and stacks that grow ask for, first */
static const unsigned int sizes[ARENA_LARGE] = {
	1024, 1024, 2048, 2048, 4096, 4096, 8192, 8192, 16384, 32768, 65536
};

/* Needs: ownership. Return: NULL when there is none left */
void *lunatik_reserve_page(struct lunatik_arena *arena)
{
	void *page = arena->reserve;

	if (page) {
		arena->reserve = *(void **)page;
		arena->nreserve--;
	}
	return page;
}

/* Needs: ownership. Return: a block of at least @size bytes, for kvfree(); or NULL */
void *lunatik_reserve_block(struct lunatik_arena *arena, size_t size)
{
	unsigned int i;

	for (i = 0; i < ARENA_LARGE; i++)
		if (size <= sizes[i] && arena->large[i])
			return xchg(&arena->large[i], NULL);
	return NULL;
}

/* Needs: ownership. */
bool lunatik_reserve_low(struct lunatik_arena *arena)
{
	unsigned int i;

	if (arena->nreserve < arena->wanted / 2)
		return true;
	for (i = 0; arena->isolated && i < ARENA_LARGE; i++)
		if (!arena->large[i])
			return true;
	return false;
}

/* gets what @arena may need. Context: may sleep; nothing need be owned */
void lunatik_reserve_prepare(const struct lunatik_arena *arena, struct lunatik_spare *spare)
{
	unsigned int i;

	for (i = 0; i < READ_ONCE(arena->wanted); i++) {
		void *page = (void *)__get_free_page(GFP_KERNEL | __GFP_NOWARN);

		if (!page)
			break;
		kmemleak_alloc(page, PAGE_SIZE, 1, GFP_KERNEL);
		*(void **)page = spare->pages;
		spare->pages = page;
	}
	for (i = 0; READ_ONCE(arena->isolated) && i < ARENA_LARGE; i++)
		if (!READ_ONCE(arena->large[i]))
			spare->large[i] = kvmalloc(sizes[i], GFP_KERNEL | __GFP_NOWARN);
}

/* Needs: ownership. Leaves: in @spare what was too much. */
void lunatik_reserve_fill(struct lunatik_arena *arena, struct lunatik_spare *spare)
{
	unsigned int i;

	while (spare->pages && arena->nreserve < arena->wanted) {
		void *next = *(void **)spare->pages;

		*(void **)spare->pages = arena->reserve;
		arena->reserve = spare->pages;
		arena->nreserve++;
		spare->pages = next;
	}
	for (i = 0; i < ARENA_LARGE; i++)
		if (!arena->large[i])
			swap(arena->large[i], spare->large[i]);
}

static void free_pages_of(void *page)
{
	while (page) {
		void *next = *(void **)page;

		kmemleak_free(page);
		free_page((unsigned long)page);
		page = next;
	}
}

/* Context: may sleep. */
void lunatik_reserve_drop(struct lunatik_spare *spare)
{
	unsigned int i;

	free_pages_of(spare->pages);
	for (i = 0; i < ARENA_LARGE; i++)
		kvfree(spare->large[i]);
}

/* Context: may sleep, owns the runtime. */
void lunatik_reserve_refill(struct lunatik_arena *arena)
{
	struct lunatik_spare spare = { };

	if (likely(!lunatik_reserve_low(arena)))
		return;
	lunatik_reserve_prepare(arena, &spare);
	lunatik_reserve_fill(arena, &spare);
	lunatik_reserve_drop(&spare);
}

/* the state is closed */
void lunatik_reserve_exit(struct lunatik_arena *arena)
{
	unsigned int i;

	free_pages_of(arena->reserve);
	for (i = 0; i < ARENA_LARGE; i++)
		kvfree(arena->large[i]);
}
