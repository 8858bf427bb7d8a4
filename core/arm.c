// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * arm.c - objects that the kernel calls: registered, counted, unregistered
 *
 * Events count themselves in `active` before they look at `state`; disarming
 * changes `state` before it looks at `active`. So after disarm nothing of the
 * object is inside Lua, and nothing will be. From its own event an object is
 * unregistered at once, and the wait is left out: it would be for oneself.
 *
 * Contexts: arming and disarming are for process context, without owning the
 * runtime; they let go of it first. lunatik_object_event_end() any.
 */
#include "core.h"
#include "budget.h"

static DECLARE_WAIT_QUEUE_HEAD(last_event);

static void wake_last(struct irq_work *work)
{
	wake_up_all(&last_event);
}

static DEFINE_IRQ_WORK(wake_work, wake_last);

/* an event is over; the caller still has a reference to the object */
void lunatik_object_event_end(struct lunatik_object *object)
{
	/* who disarms from its own event waits for all but one */
	if (atomic_dec_return(&object->active) <= 1 &&
	    READ_ONCE(object->state) == OBJECT_DISARMED)
		irq_work_queue(&wake_work);
}

/* from now on its events are let in */
static void begin(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	WRITE_ONCE(object->runtime, rt);
	/* pairs with live() in call.c: who sees the state sees the runtime */
	smp_store_release(&object->state, OBJECT_ARMING);
}

/* puts an armed object in its runtime's list; false when that is stopping by now */
static bool publish(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	unsigned long flags;
	bool open, retired;

	spin_lock_irqsave(&rt->lock, flags);
	open = rt->state < LUNATIK_STOPPING;
	retired = object->state == OBJECT_DISARMED;	/* a short life */
	if (open && !retired) {
		lunatik_getobject(object);
		list_add_tail(&object->armed, &rt->objects);
	}
	if (!retired)
		WRITE_ONCE(object->state, open ? OBJECT_ARMED : OBJECT_DISARMED);
	spin_unlock_irqrestore(&rt->lock, flags);
	return open || retired;
}

/* takes it out again; false when somebody else did */
static bool withdraw(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	unsigned long flags;
	bool armed;

	spin_lock_irqsave(&rt->lock, flags);
	armed = object->state == OBJECT_ARMED;
	if (armed) {
		list_del_init(&object->armed);
		WRITE_ONCE(object->state, OBJECT_DISARMED);
	}
	spin_unlock_irqrestore(&rt->lock, flags);
	return armed;
}

static bool events_over(struct lunatik_object *object, int own_events,
			struct lunatik_entry *entry)
{
	return atomic_read(&object->active) <= own_events ||
	       (entry && lunatik_entry_ends(entry));
}

#define STEP		msecs_to_jiffies(40)
#define UNTOLD_STEPS	25	/* at the most, should it be kept from running */
#define UNWOUND_WITHIN	msecs_to_jiffies(1000)
#define OVER_WITHIN	msecs_to_jiffies(5000)

/*
 * Waits until a body is over, or knows that it must end, or has twice been seen at
 * something else than waiting. Return: true when it is over
 */
static bool ended_untold(struct lunatik_runtime *rt, struct lunatik_object *object,
			 int own_events, struct lunatik_entry *entry)
{
	int seen = 0, i;

	for (i = 0; i < UNTOLD_STEPS && seen < 2 && !READ_ONCE(object->told); i++) {
		if (wait_event_idle_timeout(last_event, events_over(object, own_events, entry),
					    STEP))
			return true;
		seen = lunatik_entry_waits(rt, object) ? 0 : seen + 1;
	}
	return false;
}

/* gives a body the time that lunatik_shouldstop() promises, and no more */
static void wind_down(struct lunatik_runtime *rt, struct lunatik_object *object, int own_events,
		      struct lunatik_entry *entry)
{
	if (READ_ONCE(object->doomed))	/* it has had its time */
		return;
	wake_up_all(&rt->resumeq);	/* it may be waiting for its turn, outside */
	lunatik_entry_wake(rt, object);
	if (ended_untold(rt, object, own_events, entry))
		return;
	if (READ_ONCE(object->told) &&
	    wait_event_idle_timeout(last_event, events_over(object, own_events, entry),
				    OVER_WITHIN))
		return;
	WRITE_ONCE(object->doomed, true);
	lunatik_entry_wake(rt, object);
}

/* @entry: the caller's, which is not kept waiting when it is to end itself; or NULL */
static void disarm(struct lunatik_runtime *rt, struct lunatik_object *object, int own_events,
		   struct lunatik_entry *entry)
{
	bool body = object->class->flags & LUNATIK_GRACEFUL;

	smp_mb();	/* pairs with lunatik_call(): active, then state */
	if (body)
		wind_down(rt, object, own_events, entry);
	else if (object->class->disarm)
		object->class->disarm(object);
	lunatik_entry_wake(rt, object);
	wake_up_all(&last_event);	/* who waits in an event of this object, too */
	wait_event_idle(last_event, events_over(object, own_events, entry));
	/* who must end itself, or is that body, does not wait for the rest of it */
	if (body && object->class->disarm && !atomic_read(&object->active))
		object->class->disarm(object);
}

static int arm(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	int err;

	begin(rt, object);	/* events may come before arm() returns */
	if (lunatik_runtime_state(rt) == LUNATIK_LOADING)
		WRITE_ONCE(rt->arming, current);
	err = object->class->arm ? object->class->arm(object) : 0;
	WRITE_ONCE(rt->arming, NULL);
	if (err) {
		WRITE_ONCE(object->state, OBJECT_DISARMED);
		return err;
	}
	if (publish(rt, object))
		return 0;
	disarm(rt, object, 0, NULL);
	return -ESHUTDOWN;
}

/*
 * What a runtime has armed in others ends with it, too. The lists of all runtimes
 * have one lock: a parent may be gone when its child looks for it.
 */
static DEFINE_SPINLOCK(children_lock);

static void join_parent(struct lunatik_runtime *parent, struct lunatik_object *object)
{
	spin_lock_bh(&children_lock);
	if (READ_ONCE(object->state) == OBJECT_ARMED) {
		lunatik_getobject(object);
		list_add_tail(&object->sibling, &parent->children);
	}
	spin_unlock_bh(&children_lock);
}

static void leave_parent(struct lunatik_object *object)
{
	bool had;

	spin_lock_bh(&children_lock);
	had = !list_empty(&object->sibling);
	list_del_init(&object->sibling);
	spin_unlock_bh(&children_lock);
	if (had)
		lunatik_putobject(object);
}

/*
 * A child of @parent, with the reference that its list had, and its runtime with one:
 * it has its own no longer than it is in the list. Or NULL
 */
static struct lunatik_object *pop_child(struct lunatik_runtime *parent)
{
	struct lunatik_object *object;

	spin_lock_bh(&children_lock);
	object = list_first_entry_or_null(&parent->children, struct lunatik_object, sibling);
	if (object) {
		list_del_init(&object->sibling);
		lunatik_getobject(&READ_ONCE(object->runtime)->object);
	}
	spin_unlock_bh(&children_lock);
	return object;
}

/* Needs: @parent closed to entries. Context: may sleep. */
void lunatik_object_disarm_children(struct lunatik_runtime *parent)
{
	struct lunatik_object *object;

	while ((object = pop_child(parent))) {
		struct lunatik_runtime *rt = READ_ONCE(object->runtime);

		if (withdraw(rt, object)) {
			disarm(rt, object, 0, NULL);
			lunatik_putobject(object);
		}
		lunatik_putobject(&rt->object);
		lunatik_putobject(object);
	}
}

static void check_new(lua_State *L, struct lunatik_object *object)
{
	lunatik_checksleep(L, object->class->name);
	if (object->state != OBJECT_IDLE)
		luaL_error(L, "%s is already registered", object->class->name);
}

/* its events will find the kernel's memory out of reach */
static void isolate(lua_State *L)
{
	struct lunatik_arena *arena = &lunatik_runtime_of(L)->arena;

	WRITE_ONCE(arena->isolated, true);
	WRITE_ONCE(arena->wanted, ARENA_ISOLATED);
	lunatik_reserve_refill(arena);
	if (lunatik_reserve_low(arena))
		luaL_error(L, "not enough memory");
}

void lunatik_object_arm(lua_State *L, struct lunatik_object *object, int idx)
{
	int err;

	check_new(L, object);
	lunatik_journal_open(lunatik_runtime_of(L), GFP_KERNEL);
	if (object->class->flags & LUNATIK_ISOLATED)
		isolate(L);
	lua_pushvalue(L, idx);
	lua_rawsetp(L, LUA_REGISTRYINDEX, object);
	lunatik_block(L);
	err = arm(lunatik_runtime_of(L), object);
	lunatik_unblock(L);
	if (!err)
		return;
	lua_pushnil(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, object);
	lunatik_raise(L, object->class->name, err);
}
EXPORT_SYMBOL_GPL(lunatik_object_arm);

void lunatik_object_arm_in(lua_State *L, struct lunatik_object *object,
			   lunatik_object_t *runtime)
{
	struct lunatik_runtime *parent = lunatik_runtime_of(L);
	int err;

	check_new(L, object);
	lunatik_block(L);
	err = arm(lunatik_runtime_from(runtime), object);
	if (!err)
		join_parent(parent, object);
	lunatik_unblock(L);
	if (err == -ESHUTDOWN)
		luaL_error(L, "%s: its runtime is stopping", object->class->name);
	if (err)
		lunatik_raise(L, object->class->name, err);
}
EXPORT_SYMBOL_GPL(lunatik_object_arm_in);

/* the event of @object that the caller is in, maybe by way of other runtimes; or NULL */
static struct lunatik_entry *event_of(struct lunatik_object *object, struct lunatik_entry *entry)
{
	while (entry && entry->object != object)
		entry = entry->parent;
	return entry;
}

/* Return: true when @object was armed in @rt */
static bool disarm_in(lua_State *L, struct lunatik_object *object, struct lunatik_runtime *rt)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;
	struct lunatik_entry *own = event_of(object, entry);

	lunatik_checksleep(L, object->class->name);
	if (!entry || READ_ONCE(object->runtime) != rt || !withdraw(rt, object))
		return false;
	if (own)	/* may go on to its end */
		own->flags |= ENTRY_SELF_STOPPED;
	lunatik_entry_letgo(entry);
	disarm(rt, object, !!own, entry);
	lunatik_putobject(object);
	lunatik_entry_takeback(entry);
	return true;
}

bool lunatik_object_disarm(lua_State *L, struct lunatik_object *object)
{
	if (!disarm_in(L, object, lunatik_runtime_of(L)))
		return false;
	lua_pushnil(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, object);
	return true;
}
EXPORT_SYMBOL_GPL(lunatik_object_disarm);

/*
 * A body that stops itself stays in the lists: were it out of them, nobody could end
 * it any more, should it go on. Return: whether @object's body is the caller's
 */
static bool ask_oneself(lua_State *L, struct lunatik_object *object)
{
	if (!(object->class->flags & LUNATIK_GRACEFUL) ||
	    !event_of(object, lunatik_runtime_of(L)->entry))
		return false;
	WRITE_ONCE(object->asked, true);
	return true;
}

bool lunatik_object_disarm_in(lua_State *L, struct lunatik_object *object,
			      lunatik_object_t *runtime)
{
	if (ask_oneself(L, object))
		return true;
	if (!disarm_in(L, object, lunatik_runtime_from(runtime)))
		return false;
	leave_parent(object);
	return true;
}
EXPORT_SYMBOL_GPL(lunatik_object_disarm_in);

void lunatik_object_retire(struct lunatik_object *object)
{
	struct lunatik_runtime *rt = READ_ONCE(object->runtime);
	unsigned long flags;

	spin_lock_irqsave(&rt->lock, flags);
	if (object->state == OBJECT_ARMING)	/* publish() will see it */
		WRITE_ONCE(object->state, OBJECT_DISARMED);
	spin_unlock_irqrestore(&rt->lock, flags);
	if (withdraw(rt, object))
		lunatik_putobject(object);
	leave_parent(object);
}
EXPORT_SYMBOL_GPL(lunatik_object_retire);

void lunatik_object_pushvalue(lua_State *L, struct lunatik_object *object)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, object);
}
EXPORT_SYMBOL_GPL(lunatik_object_pushvalue);

static struct lunatik_object *newest(struct lunatik_runtime *rt)
{
	struct lunatik_object *object = NULL;
	unsigned long flags;

	spin_lock_irqsave(&rt->lock, flags);
	if (!list_empty(&rt->objects)) {
		object = list_last_entry(&rt->objects, struct lunatik_object, armed);
		list_del_init(&object->armed);
		WRITE_ONCE(object->state, OBJECT_DISARMED);
	}
	spin_unlock_irqrestore(&rt->lock, flags);
	return object;
}

/* Needs: @rt STOPPING, not owned by the caller. Context: may sleep. */
void lunatik_object_disarm_all(struct lunatik_runtime *rt)
{
	struct lunatik_object *object;

	while ((object = newest(rt))) {
		disarm(rt, object, 0, NULL);
		lunatik_putobject(object);
	}
}

/* a graceful object of @rt, withdrawn; or NULL */
static struct lunatik_object *next_graceful(struct lunatik_runtime *rt)
{
	struct lunatik_object *object, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&rt->lock, flags);
	list_for_each_entry(object, &rt->objects, armed) {
		if (!(object->class->flags & LUNATIK_GRACEFUL))
			continue;
		list_del_init(&object->armed);
		WRITE_ONCE(object->state, OBJECT_DISARMED);
		found = object;
		break;
	}
	spin_unlock_irqrestore(&rt->lock, flags);
	return found;
}

/* a body that cannot get back into @rt has that to thank for which goes on in there */
static void wind_down_or_mark(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	wind_down(rt, object, 0, NULL);
	if (READ_ONCE(object->doomed) &&
	    !wait_event_idle_timeout(last_event, events_over(object, 0, NULL), UNWOUND_WITHIN))
		lunatik_runtime_mark(rt);
	disarm(rt, object, 0, NULL);
}

/*
 * Ends the bodies in @rt while all else still works for them. A body that starts
 * others for ever does not keep the runtime from stopping. Context: may sleep.
 */
void lunatik_object_wind_down(struct lunatik_runtime *rt)
{
	struct lunatik_object *object;
	int i;

	for (i = 0; i < 64 && (object = next_graceful(rt)); i++) {
		wind_down_or_mark(rt, object);
		lunatik_putobject(object);
	}
}

void lunatik_object_exit(void)
{
	irq_work_sync(&wake_work);
}
