// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * queue.c - events that wait until their runtime is free
 *
 * An object that has a queue keeps, in a ring, what its events were about while the
 * runtime was in use. Objects with something in theirs stand in rt->pending, with a
 * reference. Whoever leaves the runtime and sees one there calls a worker, which
 * handles the events in their order, each in an entry of its own.
 *
 * Contexts: any, NMI included; the worker's part process. A ring that is full drops
 * the newest event, which is counted.
 */
#include <linux/sched.h>
#include "core.h"

#define TRIES	3	/* of the worker's, before it leaves it to the next who leaves */

struct record {
	lunatik_handler_t	handler;
	u64			data[];
};

struct lunatik_queue {
	struct lunatik_object	*object;
	struct llist_node	node;		/* in rt->pending */
	unsigned long		listed;		/* bit 0: it is in there, or being drained */
	raw_spinlock_t		lock;
	unsigned int		head, tail;	/* they run freely */
	unsigned int		records;
	size_t			size;		/* of a slot */
	u64			slots[];
};

static struct record *slot(struct lunatik_queue *queue, unsigned int n)
{
	return (void *)((char *)queue->slots + (n % queue->records) * queue->size);
}

void lunatik_object_setqueue(lua_State *L, struct lunatik_object *object,
			     unsigned int records, size_t size)
{
	size_t slot_size = sizeof(struct record) + ALIGN(size, sizeof(u64));
	struct lunatik_queue *queue;

	if (WARN_ON_ONCE(!records || size > LUNATIK_RECORD_MAX || object->queue))
		luaL_error(L, "bad queue");
	queue = lunatik_object_alloc(L, object, sizeof(*queue) + records * slot_size);
	queue->object = object;
	raw_spin_lock_init(&queue->lock);
	queue->records = records;
	queue->size = slot_size;
	object->queue = queue;
}
EXPORT_SYMBOL_GPL(lunatik_object_setqueue);

bool lunatik_queue_idle(struct lunatik_object *object)
{
	struct lunatik_queue *queue = object->queue;

	return !queue || READ_ONCE(queue->head) == READ_ONCE(queue->tail);
}

/* a worker is to look into rt->pending. Context: any */
void lunatik_queue_kick(struct lunatik_runtime *rt)
{
	lunatik_runtime_due(rt, DUE_DRAIN);
}

/* puts @queue where the worker finds it, unless it is there */
static void list(struct lunatik_runtime *rt, struct lunatik_queue *queue)
{
	if (test_and_set_bit(0, &queue->listed))
		return;
	lunatik_getobject(queue->object);
	llist_add(&queue->node, &rt->pending);
}

static bool push(struct lunatik_queue *queue, lunatik_handler_t handler, const void *data,
		 size_t size)
{
	unsigned long flags = lunatik_lock(&queue->lock);
	bool room = queue->tail - queue->head < queue->records;

	if (room) {
		struct record *record = slot(queue, queue->tail);

		record->handler = handler;
		memcpy(record->data, data, size);
		WRITE_ONCE(queue->tail, queue->tail + 1);
	}
	lunatik_unlock(&queue->lock, flags);
	return room;
}

/* is this event one that the handling of a queued one of @rt has caused? */
static bool is_echo(struct lunatik_runtime *rt)
{
	/* interrupts have other reasons */
	return !(preempt_count() & (HARDIRQ_MASK | SOFTIRQ_OFFSET)) &&
	       lunatik_entry_here(rt) & ENTRY_QUEUED;
}

/*
 * Keeps an event for later. @why: -EBUSY or -EDEADLK, why it cannot be now.
 * Needs: an event of @object, counted in. Return: as lunatik_event()
 */
int lunatik_queue_add(struct lunatik_runtime *rt, struct lunatik_object *object,
		      lunatik_handler_t handler, const void *data, size_t size, int why)
{
	struct lunatik_queue *queue = object->queue;

	if (!queue || size > queue->size - sizeof(struct record)) {
		atomic64_inc(&rt->count.busy);
		return why;
	}
	if (is_echo(rt) || !push(queue, handler, data, size)) {
		atomic64_inc(&rt->count.lost);
		return -ENOBUFS;
	}
	atomic64_inc(&rt->count.queued);
	list(rt, queue);
	smp_mb();	/* pairs with lunatik_owner_leave(): owner, then pending */
	if (!rt->sleep || !READ_ONCE(rt->owner))
		lunatik_queue_kick(rt);
	return -EINPROGRESS;
}

struct waiting {
	lunatik_handler_t	handler;
	u64			data[LUNATIK_RECORD_MAX / sizeof(u64)];
};

/* copies the oldest record. Return: false when there is none */
static bool peek(struct lunatik_queue *queue, struct waiting *waiting)
{
	unsigned long flags = lunatik_lock(&queue->lock);
	bool any = queue->head != queue->tail;

	if (any) {
		struct record *record = slot(queue, queue->head);

		waiting->handler = record->handler;
		memcpy(waiting->data, record->data, queue->size - sizeof(*record));
	}
	lunatik_unlock(&queue->lock, flags);
	return any;
}

static void pop(struct lunatik_queue *queue)
{
	unsigned long flags = lunatik_lock(&queue->lock);

	WRITE_ONCE(queue->head, queue->head + 1);
	lunatik_unlock(&queue->lock, flags);
}

static bool loaded(struct lunatik_runtime *rt)
{
	return lunatik_runtime_state(rt) != LUNATIK_LOADING;
}

/* stands in line with the tasks that want the runtime, too, if need be */
static int deliver(struct lunatik_runtime *rt, struct lunatik_queue *queue,
		   struct waiting *waiting)
{
	int i, err = -EBUSY;

	for (i = 0; i < TRIES && err == -EBUSY && loaded(rt); i++) {
		if (i)
			lunatik_owner_queue(rt);
		err = lunatik_event_queued(queue->object, waiting->handler, waiting->data);
	}
	/* who stood in line has used a wake-up up; one who did not get in passes it on */
	if (i > 1 && err)
		wake_up(&rt->waitq);
	return err;
}

/* Return: false when what is left must wait for whoever is in there to leave */
static bool drain_queue(struct lunatik_runtime *rt, struct lunatik_queue *queue)
{
	unsigned int n = queue->records;
	struct waiting waiting;

	while (n-- && peek(queue, &waiting)) {
		if (deliver(rt, queue, &waiting) == -EBUSY)
			return false;
		pop(queue);
		cond_resched();
	}
	return true;
}

void lunatik_queue_drain(struct work_struct *work)
{
	struct lunatik_runtime *rt = container_of(work, struct lunatik_runtime, drain);
	struct llist_node *pending = llist_reverse_order(llist_del_all(&rt->pending));
	struct lunatik_queue *queue, *next;

	llist_for_each_entry_safe(queue, next, pending, node) {
		bool done = drain_queue(rt, queue);

		clear_bit(0, &queue->listed);
		smp_mb__after_atomic();	/* pairs with list(): the record, then the bit */
		if (!lunatik_queue_idle(queue->object))
			list(rt, queue);
		if (done && !llist_empty(&rt->pending))
			lunatik_queue_kick(rt);
		lunatik_putobject(queue->object);
	}
	smp_mb();	/* pairs with lunatik_owner_leave(): owner, then pending */
	if (!llist_empty(&rt->pending) && !READ_ONCE(rt->owner) && loaded(rt))
		lunatik_queue_kick(rt);
	lunatik_putobject(&rt->object);
}

/* @rt is closed: what waits is not for anybody */
void lunatik_queue_exit(struct lunatik_runtime *rt)
{
	struct lunatik_queue *queue, *next;

	llist_for_each_entry_safe(queue, next, llist_del_all(&rt->pending), node)
		lunatik_putobject(queue->object);
}
