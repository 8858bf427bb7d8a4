// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * upkeep.c - what entries that cannot sleep leave to be done
 *
 * They collect garbage in small steps only, take pages from the arena's reserve
 * and cannot free what vmalloc gave. When something is due they say so, and a
 * worker visits the runtime: fresh pages, a collection step at a time with others
 * let in between, blocks freed.
 *
 * Contexts: lunatik_upkeep_due() any; the work a worker's.
 * It fails silently: what could not be done is still due after the next event.
 */
#include "core.h"
#include "budget.h"

#define STEPS	64	/* collection steps before others on the workqueue get a turn */

/* Needs: ownership. */
bool lunatik_upkeep_due(struct lunatik_runtime *rt)
{
	return lunatik_vm_gcdue(rt->L) || !llist_empty(&rt->later) ||
	       lunatik_reserve_low(&rt->arena);
}

static int collect(lua_State *L)
{
	lua_gc(L, LUA_GCSTEP, 0);
	return 0;
}

/* one visit; true when there is more to collect */
static bool visit(struct lunatik_runtime *rt, struct lunatik_spare *spare,
		  struct llist_node **later)
{
	struct lunatik_entry entry;
	bool more = false;

	if (lunatik_entry_enter(&entry, rt, ENTRY_UPKEEP))
		return false;
	lunatik_reserve_fill(&rt->arena, spare);
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
	struct lunatik_spare spare = { };
	unsigned int steps = 0;
	bool more;

	lunatik_reserve_prepare(&rt->arena, &spare);
	do {
		later = NULL;
		more = visit(rt, &spare, &later);
		lunatik_alloc_free_list(later);
	} while (more && ++steps < STEPS);
	lunatik_reserve_drop(&spare);
	if (more)
		lunatik_runtime_due(rt, DUE_UPKEEP);
	lunatik_putobject(&rt->object);
}

void lunatik_upkeep_init(struct lunatik_runtime *rt)
{
	INIT_WORK(&rt->upkeep, upkeep);
}
