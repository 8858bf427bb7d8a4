// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * alloc.c - the memory of a runtime
 *
 * Lua's allocator. Blocks of up to 512 bytes come from an arena of whole pages
 * in classes of 16 bytes: a push and a pop, no call into the kernel. Larger ones
 * come from the kernel. All is counted against the runtime's limit.
 *
 * Entries that cannot sleep get pages from a reserve first (reserve.c). Those that
 * may have interrupted the kernel's own allocator get all from there, and give back
 * what is not the arena's on a list for a worker; so does everybody who cannot sleep
 * with what vmalloc gave, since vfree() must not run there.
 *
 * Contexts: whoever owns the runtime, any context. Fails by returning NULL,
 * which Lua turns into "not enough memory" after a collection. Reaching the
 * limit ends the entry (it cannot be caught), asking for more than the limit at
 * once is an ordinary error.
 */
#include <linux/kmemleak.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "core.h"
#include "budget.h"

/* what an allocation that reclaims memory may need of the C stack */
#define RECLAIM_STACK	6144

static bool may_sleep(struct lunatik_runtime *rt)
{
	return !rt->entry || !(rt->entry->flags & ENTRY_ATOMIC);
}

/* may whoever was interrupted be inside the kernel's allocator? */
static bool isolated(struct lunatik_runtime *rt)
{
	return rt->entry &&
	       (rt->entry->flags & (ENTRY_ISOLATED | ENTRY_QUEUED)) == ENTRY_ISOLATED;
}

/* deep in a recursion of the script there is no room for reclaim */
static bool may_reclaim(struct lunatik_runtime *rt)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);

	return may_sleep(rt) && sp - rt->vm.stack_limit > RECLAIM_STACK;
}

static gfp_t gfp_of(struct lunatik_runtime *rt)
{
	return (may_reclaim(rt) ? GFP_KERNEL : GFP_ATOMIC) | __GFP_NOWARN;
}

static void *kernel_page(struct lunatik_runtime *rt)
{
	void *page = (void *)__get_free_page(gfp_of(rt));

	/* large blocks are referred to from in here only */
	if (page)
		kmemleak_alloc(page, PAGE_SIZE, 1, gfp_of(rt));
	return page;
}

static void *new_page(struct lunatik_runtime *rt)
{
	void *page = may_sleep(rt) ? NULL : lunatik_reserve_page(&rt->arena);

	return page || isolated(rt) ? page : kernel_page(rt);
}

/* gives the unused end of the old page to the size classes it still fits */
static void retire_bump(struct lunatik_arena *arena)
{
	size_t left = arena->end - arena->bump;

	if (left < ARENA_STEP)
		return;
	left = min_t(size_t, left, ARENA_MAX);
	*(void **)arena->bump = arena->free[left / ARENA_STEP - 1];
	arena->free[left / ARENA_STEP - 1] = arena->bump;
}

static bool grow(struct lunatik_runtime *rt)
{
	struct lunatik_arena *arena = &rt->arena;
	struct list_head *page = new_page(rt);

	if (!page)
		return false;
	retire_bump(arena);
	list_add(page, &arena->pages);
	arena->npages++;
	arena->bump = (char *)page + ARENA_STEP;
	arena->end = (char *)page + PAGE_SIZE;
	return true;
}

static void *small_alloc(struct lunatik_runtime *rt, unsigned int class)
{
	struct lunatik_arena *arena = &rt->arena;
	size_t size = (class + 1) * ARENA_STEP;
	void *block = arena->free[class];

	if (likely(block)) {
		arena->free[class] = *(void **)block;
		return block;
	}
	if (arena->end - arena->bump < size && !grow(rt))
		return NULL;
	block = arena->bump;
	arena->bump += size;
	return block;
}

static inline unsigned int class_of(size_t size)
{
	return (size - 1) / ARENA_STEP;
}

/* a block from the kernel has room for a list node behind the largest class */
#define LARGE_MIN	(ARENA_MAX + sizeof(struct llist_node))

static void *raw_alloc(struct lunatik_runtime *rt, size_t size)
{
	if (size <= ARENA_MAX)
		return small_alloc(rt, class_of(size));
	size = max(size, LARGE_MIN);
	if (unlikely(isolated(rt)))
		return lunatik_reserve_block(&rt->arena, size);
	if (may_reclaim(rt))
		return kvmalloc(size, GFP_KERNEL | __GFP_NOWARN);
	return size > KMALLOC_MAX_SIZE ? NULL : kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
}

static void raw_free(struct lunatik_runtime *rt, void *block, size_t size)
{
	struct lunatik_arena *arena = &rt->arena;

	if (size <= ARENA_MAX) {
		*(void **)block = arena->free[class_of(size)];
		arena->free[class_of(size)] = block;
	} else if (isolated(rt) || (!may_sleep(rt) && is_vmalloc_addr(block))) {
		llist_add(block, &rt->later);
	} else {
		kvfree(block);
	}
}

/* a chunk that fills the driver's memory must leave it room to serve the next */
static size_t limit_of(struct lunatik_runtime *rt)
{
	if (!rt->entry || rt->entry->flags & ENTRY_CHUNK)
		return rt->limit;
	return rt->limit + rt->headroom;
}

static void end_entry(struct lunatik_runtime *rt)
{
	rt->entry->flags |= ENTRY_DOOMED;
	rt->vm.doomed = true;
	strscpy(rt->vm.reason, "not enough memory", sizeof(rt->vm.reason));
}

/*
 * Asking for more than there can ever be is the script's ordinary error, unless
 * it asks again and again. Being at the limit is not something to carry on from;
 * but the first refusal makes Lua collect its garbage and ask once more.
 */
static void refuse(struct lunatik_runtime *rt, size_t more)
{
	struct lunatik_entry *entry = rt->entry;

	if (!entry)
		return;
	if (more >= rt->limit) {
		if (++entry->refusals > LUNATIK_REFUSALS)
			end_entry(rt);
	} else if (rt->refused) {
		end_entry(rt);
	}
	rt->refused = true;
}

static void *move(struct lunatik_runtime *rt, void *ptr, size_t osize, size_t nsize)
{
	void *block;

	if (osize <= ARENA_MAX && nsize <= ARENA_MAX && class_of(osize) == class_of(nsize))
		return ptr;
	block = raw_alloc(rt, nsize);
	if (!block)
		return NULL;
	memcpy(block, ptr, min(osize, nsize));
	raw_free(rt, ptr, osize);
	return block;
}

/*
 * Lua relies on shrinking to succeed, so without memory the block stays where it
 * is. One from the kernel that ends up in a size class is remembered: the arena's
 * free list will get it, and only the end of the runtime gives it back.
 */
static void *shrink_in_place(struct lunatik_runtime *rt, void *ptr, size_t osize, size_t nsize)
{
	if (osize > ARENA_MAX && nsize <= ARENA_MAX)
		llist_add((struct llist_node *)((char *)ptr + ARENA_MAX), &rt->strays);
	return ptr;
}

static void free_strays(struct lunatik_runtime *rt)
{
	struct llist_node *node, *next;

	llist_for_each_safe(node, next, llist_del_all(&rt->strays))
		kvfree((char *)node - ARENA_MAX);
}

static bool allowed(struct lunatik_runtime *rt, size_t size, size_t more)
{
	return size <= INT_MAX && rt->used + more <= limit_of(rt) &&
	       lunatik_account_sync(rt, rt->used + more);
}

/**
 * lunatik_alloc() - Lua's allocator (lua_Alloc)
 * @ud: the runtime
 * @ptr: block or NULL
 * @osize: its size (meaningless when @ptr is NULL)
 * @nsize: size wanted; 0 frees
 */
void *lunatik_alloc(void *ud, void *ptr, size_t osize, size_t nsize)
{
	struct lunatik_runtime *rt = container_of(ud, struct lunatik_runtime, vm);
	void *block;

	if (!ptr)
		osize = 0;
	if (nsize == 0) {
		if (ptr && osize)
			raw_free(rt, ptr, osize);
		rt->used -= osize;
		return NULL;
	}
	if (nsize > osize && !allowed(rt, nsize, nsize - osize)) {
		refuse(rt, nsize - osize);
		return NULL;
	}
	block = osize ? move(rt, ptr, osize, nsize) : raw_alloc(rt, nsize);
	if (!block && nsize <= osize)
		block = shrink_in_place(rt, ptr, osize, nsize);
	if (block) {
		rt->used += nsize - osize;
		if (nsize > osize)
			rt->refused = false;
	}
	return block;
}

/* Lua may collect everything at once only where that takes no harmful time */
bool lunatik_vm_mayfullgc(lua_State *L)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);

	return may_sleep(rt) || rt->entry->flags & ENTRY_UPKEEP || rt->used < 256 * 1024;
}

/* Context: process, may sleep. */
void lunatik_alloc_free_list(struct llist_node *list)
{
	struct llist_node *node, *next;

	llist_for_each_safe(node, next, list)
		kvfree(node);
}

/* after the Lua state is closed */
void lunatik_alloc_exit(struct lunatik_runtime *rt)
{
	struct lunatik_arena *arena = &rt->arena;
	struct list_head *page, *next;

	WARN_ONCE(rt->used, "lunatik: %zu bytes of %s leaked\n", rt->used, rt->script);
	lunatik_account_close(rt);
	lunatik_alloc_free_list(llist_del_all(&rt->later));
	list_for_each_safe(page, next, &arena->pages) {
		kmemleak_free(page);
		free_page((unsigned long)page);
	}
	INIT_LIST_HEAD(&arena->pages);
	free_strays(rt);
	lunatik_reserve_exit(arena);
}
