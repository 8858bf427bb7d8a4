// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * upkeep.c - what entries that cannot sleep leave to be done
 *
 * They collect garbage in small steps only, take pages from the arena's reserve
 * and cannot free what vmalloc gave. When something is due they say so, and a
 * worker visits the runtime: fresh pages, a collection step at a time with others
 * let in between, blocks freed.
 *
 * Contexts: lunatik_upkeep_due() and lunatik_upkeep_queue() any; the work a worker's.
 * It fails silently: what could not be done is still due after the next event.
 */
#include <linux/gfp.h>
#include "core.h"
#include "budget.h"

#define STEPS	64	/* collection steps before others on the workqueue get a turn */

/* Needs: ownership. */
bool lunatik_upkeep_due(struct lunatik_runtime *rt)
{
	return lunatik_vm_gcdue(rt->L) || !llist_empty(&rt->later) ||
	       (!rt->sleep && rt->arena.nreserve < ARENA_RESERVE / 2);
}

/* from an irq_work: whoever found it due may hold the scheduler's locks */
void lunatik_upkeep_queue(struct lunatik_runtime *rt)
{
	if (!kref_get_unless_zero(&rt->object.kref))
		return;
	if (!queue_work(lunatik_wq, &rt->upkeep))
		lunatik_putobject(&rt->object);
}

/* pages for the reserve, linked through their first word */
static void *get_pages(void)
{
	void *pages = NULL;
	unsigned int i;

	for (i = 0; i < ARENA_RESERVE; i++) {
		void *page = (void *)__get_free_page(GFP_KERNEL | __GFP_NOWARN);

		if (!page)
			break;
		*(void **)page = pages;
		pages = page;
	}
	return pages;
}

static void put_pages(void *pages)
{
	while (pages) {
		void *next = *(void **)pages;

		free_page((unsigned long)pages);
		pages = next;
	}
}

/* Needs: ownership. Return: the pages that were too many. */
static void *fill_reserve(struct lunatik_arena *arena, void *pages)
{
	while (pages && arena->nreserve < ARENA_RESERVE) {
		void *next = *(void **)pages;

		*(void **)pages = arena->reserve;
		arena->reserve = pages;
		arena->nreserve++;
		pages = next;
	}
	return pages;
}

static int collect(lua_State *L)
{
	lua_gc(L, LUA_GCSTEP, 0);
	return 0;
}

/* one visit; true when there is more to collect */
static bool visit(struct lunatik_runtime *rt, void **pages, struct llist_node **later)
{
	struct lunatik_entry entry;
	bool more = false;

	if (lunatik_entry_enter(&entry, rt, ENTRY_UPKEEP))
		return false;
	if (!rt->sleep)
		*pages = fill_reserve(&rt->arena, *pages);
	*later = llist_del_all(&rt->later);
	if (lunatik_vm_gcdue(rt->L)) {
		lua_pushcfunction(entry.L, collect);
		lunatik_pcall(&entry, 0, 0);
		more = lunatik_vm_gcdue(rt->L);
	}
	lunatik_entry_leave(&entry);
	return more;
}

static void upkeep(struct work_struct *work)
{
	struct lunatik_runtime *rt = container_of(work, struct lunatik_runtime, upkeep);
	struct llist_node *later;
	void *pages = rt->sleep ? NULL : get_pages();
	unsigned int steps = 0;
	bool more;

	do {
		later = NULL;
		more = visit(rt, &pages, &later);
		lunatik_alloc_free_list(later);
	} while (more && ++steps < STEPS);
	put_pages(pages);
	if (more)
		lunatik_upkeep_queue(rt);
	lunatik_putobject(&rt->object);
}

void lunatik_upkeep_init(struct lunatik_runtime *rt)
{
	INIT_WORK(&rt->upkeep, upkeep);
}
