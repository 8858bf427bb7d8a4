// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * fifo.c - library "fifo": a queue of bytes between runtimes
 *
 * Owns the objects of class "fifo": a ring of bytes, charged to the runtime that
 * made it. Any number may push and pop at once: each call is one step, so what one
 * pushed is never mixed with what others did.
 *
 * `lock` guards the ring, with interrupts off for as long as it takes to copy what
 * is pushed or popped. No Lua function is called under it. Popping is done in two
 * steps for that: the front is copied and made a Lua string, and then taken off if
 * nobody popped meanwhile (`out` moved), else all is done again. So what Lua has no
 * memory for stays in the queue.
 *
 * A record is a message with its length in front, as a size_t in the machine's
 * order of bytes: the format of mailboxes (lib/mailbox.lua).
 *
 * Contexts: any. new() can fail for want of memory, push for want of space; a fifo
 * that was closed raises "null-pointer dereference" in every runtime that has it.
 * Its memory goes with the last handle.
 */

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "compat.h"
#include "lunatik.h"

#define FIFO_MAX	(1L << 30)	/* bytes in one queue */
#define COPY_FUEL	32		/* bytes for one unit of fuel, as in the VM */
#define FIFO_SMALL	128		/* bytes popped by way of the C stack */

struct fifo {
	raw_spinlock_t	lock;		/* of all below */
	u8		*ring;
	size_t		size;		/* a power of two */
	u64		in;		/* bytes ever pushed */
	u64		out;		/* bytes ever taken off */
	bool		closed;
};

static const struct lunatik_class fifo_class;

/* --------------------------------------------------------- the ring; all need lock */

static size_t ring_length(const struct fifo *fifo)
{
	return fifo->in - fifo->out;
}

/* Needs: space for it */
static void ring_put(struct fifo *fifo, const void *from, size_t size)
{
	size_t at = fifo->in & (fifo->size - 1);
	size_t first = min(size, fifo->size - at);

	memcpy(fifo->ring + at, from, first);
	memcpy(fifo->ring, from + first, size - first);
	fifo->in += size;
}

/* Needs: @skip + @size bytes in the ring. Leaves them there. */
static void ring_peek(const struct fifo *fifo, size_t skip, void *to, size_t size)
{
	size_t at = (fifo->out + skip) & (fifo->size - 1);
	size_t first = min(size, fifo->size - at);

	memcpy(to, fifo->ring + at, first);
	memcpy(to + first, fifo->ring, size - first);
}

/* ------------------------------------------------------------------ push and pop */

/* @header: bytes in front of it: 0, or sizeof(size_t) for its size */
static void push(lua_State *L, struct fifo *fifo, int idx, size_t header)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, idx, &size);
	unsigned long flags;
	size_t space;

	lunatik_vm_charge(L, size / COPY_FUEL);
	flags = lunatik_lock(&fifo->lock);
	space = fifo->size - ring_length(fifo);
	if (header <= space && size <= space - header) {
		ring_put(fifo, &size, header);
		ring_put(fifo, bytes, size);
		space = SIZE_MAX;
	}
	lunatik_unlock(&fifo->lock, flags);
	if (space != SIZE_MAX)
		luaL_error(L, "not enough space");
}

/* the front of a queue, at one moment */
struct front {
	u64	out;		/* the queue's, then */
	size_t	header;		/* bytes in front of the body; 0: no record is wanted */
	size_t	size;		/* of the body, or of all that is malformed */
	bool	empty;
	bool	malformed;
};

/* Needs: the lock. @wanted: bytes, unless it is a record. */
static void measure(const struct fifo *fifo, struct front *front, size_t wanted)
{
	size_t length = ring_length(fifo);

	front->out = fifo->out;
	front->empty = !length;
	front->malformed = false;
	front->size = min(wanted, length);
	if (!front->header || !length)
		return;
	front->malformed = length < front->header;
	if (!front->malformed) {
		ring_peek(fifo, 0, &front->size, sizeof(front->size));
		front->malformed = front->size > length - front->header;
	}
	if (front->malformed)
		front->size = length - min(length, front->header);
}

/* Return: whether @to has all of the body, which still is in the queue */
static bool look(struct fifo *fifo, struct front *front, size_t wanted, void *to, size_t room)
{
	unsigned long flags;
	bool fits;

	flags = lunatik_lock(&fifo->lock);
	measure(fifo, front, wanted);
	fits = front->empty || front->malformed || front->size <= room;
	if (fits && !front->empty && !front->malformed)
		ring_peek(fifo, front->header, to, front->size);
	lunatik_unlock(&fifo->lock, flags);
	return fits;
}

/* Return: whether nobody else took something off since @front was seen */
static bool take(struct fifo *fifo, const struct front *front)
{
	unsigned long flags;
	bool same;

	flags = lunatik_lock(&fifo->lock);
	same = fifo->out == front->out;
	if (same)
		fifo->out += min(front->header + front->size, ring_length(fifo));
	lunatik_unlock(&fifo->lock, flags);
	return same;
}

/* pushes the body of what is looked at; nothing but the Lua stack is held */
static void push_front(lua_State *L, struct fifo *fifo, struct front *front, size_t wanted)
{
	char small[FIFO_SMALL];
	char *to = small;
	size_t room = sizeof(small);

	while (!look(fifo, front, wanted, to, room)) {
		room = front->size;
		to = lua_newuserdatauv(L, room, 0);
		lunatik_vm_charge(L, room / COPY_FUEL);
		lunatik_vm_consume(L);
	}
	if (front->empty || front->malformed)
		lua_pushliteral(L, "");
	else
		lua_pushlstring(L, to, front->size);
}

/* pushes bytes, or a record, and takes them off the queue */
static void pop(lua_State *L, struct fifo *fifo, struct front *front, size_t wanted)
{
	int top = lua_gettop(L);

	push_front(L, fifo, front, wanted);
	while (!front->empty && !take(fifo, front)) {
		lua_settop(L, top);
		lunatik_vm_consume(L);
		push_front(L, fifo, front, wanted);
	}
}

/* -------------------------------------------------------------- what Lua calls */

static struct fifo *fifo_check(lua_State *L)
{
	struct fifo *fifo = lunatik_object_check(L, 1, &fifo_class)->private;

	if (READ_ONCE(fifo->closed))
		luaL_error(L, "null-pointer dereference");
	return fifo;
}

/***
 * Creates an empty queue.
 *
 * @function new
 * @tparam integer size in bytes, 1 to 2^30, rounded up to a power of two; it counts
 *   against the memory limit of the runtime
 * @treturn fifo
 * @raise `size out of range`, `not enough memory`. Any context
 * @usage local q = fifo.new(4096)
 */
static int fifo_new(lua_State *L)
{
	lua_Integer size = luaL_checkinteger(L, 1);
	struct lunatik_object *object;
	struct fifo *fifo;

	luaL_argcheck(L, size > 0 && size <= FIFO_MAX, 1, "size out of range");
	size = roundup_pow_of_two(max_t(unsigned long, size, 2));

	object = lunatik_object_new(L, &fifo_class, sizeof(*fifo));
	fifo = object->private;
	raw_spin_lock_init(&fifo->lock);
	fifo->ring = lunatik_object_alloc(L, object, size);
	fifo->size = size;
	return 1;
}

/***
 * Appends bytes: all of them, or none.
 *
 * @function fifo:push
 * @tparam string bytes
 * @raise `not enough space`; "null-pointer dereference" when it was closed. Any
 *   context
 * @usage q:push("abc")
 */
static int fifo_push(lua_State *L)
{
	push(L, fifo_check(L), 2, 0);
	return 0;
}

/***
 * Takes bytes off the front.
 *
 * @function fifo:pop
 * @tparam integer size how many at most
 * @treturn string
 * @treturn integer its length; 0 when the queue is empty
 * @raise `negative size`; "null-pointer dereference" when it was closed. Any context
 * @usage local bytes = q:pop(3)
 */
static int fifo_pop(lua_State *L)
{
	struct fifo *fifo = fifo_check(L);
	lua_Integer size = luaL_checkinteger(L, 2);
	struct front front = { .header = 0 };

	luaL_argcheck(L, size >= 0, 2, "negative size");
	pop(L, fifo, &front, min_t(u64, size, fifo->size));
	lua_pushinteger(L, front.size);
	return 2;
}

/***
 * Appends a message with its length in front, in one step.
 *
 * @function fifo:pushrecord
 * @tparam string message
 * @raise `not enough space`; "null-pointer dereference" when it was closed. Any
 *   context
 * @usage q:pushrecord("abc")
 */
static int fifo_pushrecord(lua_State *L)
{
	push(L, fifo_check(L), 2, sizeof(size_t));
	return 0;
}

/***
 * Takes one message off the front, in one step: of several runtimes that do, each
 * gets whole messages.
 *
 * @function fifo:poprecord
 * @treturn string the message, or nil when the queue is empty
 * @treturn integer its length
 * @raise `malformed message` when the front is no record; then all that is in the
 *   queue is dropped. "null-pointer dereference" when it was closed. Any context
 * @usage local message = q:poprecord()
 */
static int fifo_poprecord(lua_State *L)
{
	struct fifo *fifo = fifo_check(L);
	struct front front = { .header = sizeof(size_t) };

	pop(L, fifo, &front, 0);
	if (front.malformed)
		return luaL_error(L, "malformed message");
	if (front.empty)
		return 0;
	lua_pushinteger(L, front.size);
	return 2;
}

/***
 * How much is in the queue, as `#q`.
 *
 * @function fifo:__len
 * @treturn integer in bytes
 * @raise "null-pointer dereference" when it was closed. Any context
 * @usage print(#q)
 */
static int fifo_len(lua_State *L)
{
	struct fifo *fifo = fifo_check(L);
	unsigned long flags;
	size_t length;

	flags = lunatik_lock(&fifo->lock);
	length = ring_length(fifo);
	lunatik_unlock(&fifo->lock, flags);
	lua_pushinteger(L, length);
	return 1;
}

/***
 * Closes the queue for everybody who has it. What is in it is lost.
 *
 * @function fifo:close
 * @raise "null-pointer dereference" when it was closed. Any context
 * @usage q:close()
 */
static int fifo_close(lua_State *L)
{
	WRITE_ONCE(fifo_check(L)->closed, true);
	return 0;
}

/* the end of a variable's scope: closing it there a second time is no error */
static int fifo_end(lua_State *L)
{
	struct fifo *fifo = lunatik_object_check(L, 1, &fifo_class)->private;

	WRITE_ONCE(fifo->closed, true);
	return 0;
}

/* ------------------------------------------------------------------- the tables */

static void fifo_release(struct lunatik_object *object)
{
	struct fifo *fifo = object->private;

	kvfree(fifo->ring);
}

static const struct lunatik_method fifo_methods[] = {
	{ "push",	fifo_push },
	{ "pop",	fifo_pop },
	{ "pushrecord",	fifo_pushrecord },
	{ "poprecord",	fifo_poprecord },
	{ "close",	fifo_close },
	{ "__len",	fifo_len },
	{ "__close",	fifo_end },
	{ }
};

static const struct lunatik_class fifo_class = {
	.name		= "fifo",
	.methods	= fifo_methods,
	.owner		= THIS_MODULE,
	.release	= fifo_release,
};

static const struct lunatik_class *const fifo_classes[] = { &fifo_class, NULL };

static const struct lunatik_method fifo_functions[] = {
	{ "new",	fifo_new },
	{ }
};

static struct lunatik_library fifo_library = {
	.name		= "fifo",
	.functions	= fifo_functions,
	.classes	= fifo_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(fifo_library);

MODULE_DESCRIPTION("Lunatik: a queue of bytes between runtimes");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-fifo");
