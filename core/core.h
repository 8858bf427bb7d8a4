/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * core.h - what the files of the core share
 *
 * A runtime is one Lua state and what guards it. The files beside this one each
 * own one noun of it: owner (who is inside), call (the way in and out), budget
 * (how long), alloc (how much), stack (how deep), object, load, require, error.
 */
#ifndef _LUNATIK_CORE_H
#define _LUNATIK_CORE_H

#include <linux/spinlock.h>
#include <linux/mutex.h>
#include <linux/irq_work.h>
#include <linux/completion.h>
#include <linux/workqueue.h>
#include <linux/ratelimit.h>
#include <linux/refcount.h>

#include "lunatik.h"
#include "compat.h"

#undef pr_fmt
#define pr_fmt(fmt)	"lunatik: " fmt

enum lunatik_state {
	LUNATIK_LOADING,	/* the script's chunk has not returned yet */
	LUNATIK_READY,
	LUNATIK_STOPPING,	/* no new entries; those inside are ending */
	LUNATIK_DEAD,		/* the Lua state is closed */
};

/* lunatik_entry.flags */
#define ENTRY_ATOMIC		BIT(0)	/* must not sleep */
#define ENTRY_LOAD		BIT(1)	/* runs the script's chunk */
#define ENTRY_CLOSE		BIT(2)	/* closes the state */
#define ENTRY_INTERRUPTIBLE	BIT(3)	/* any signal ends it, not only a fatal one */
#define ENTRY_PREEMPTIBLE	BIT(4)	/* lets others in when its slice is over */
#define ENTRY_DOOMED		BIT(5)	/* ended by a limit */
#define ENTRY_LET_GO		BIT(6)	/* does not own the runtime now */
#define ENTRY_SELF_STOPPED	BIT(8)	/* has disarmed the object whose event it is */
#define ENTRY_RUN		BIT(9)	/* by lunatik_run(): has somewhere to jump to */
#define ENTRY_CHUNK		BIT(10)	/* a client's chunk: the headroom is not for it */
#define ENTRY_UPKEEP		BIT(11)	/* the worker's: may collect all there is */
#define ENTRY_QUEUED		BIT(12)	/* the worker's, for an event that had to wait */
#define ENTRY_ISOLATED		BIT(13)	/* any lock may be held by who was interrupted */
#define ENTRY_MAYWAIT		BIT(14)	/* an event that can be queued */
#define ENTRY_PRINTED		BIT(15)	/* its script has printed */
#define ENTRY_LOCKED		BIT(7)	/* holds the spinlock of a runtime that never sleeps */

/* lunatik_object.state */
enum lunatik_object_state {
	OBJECT_IDLE,
	OBJECT_ARMING,
	OBJECT_ARMED,
	OBJECT_DISARMED,
};

/* bits of lunatik_runtime.due: what workers are to do, said by who must not call one */
#define DUE_UPKEEP		0
#define DUE_DRAIN		1
#define DUE_CLOSE		2

#define LUNATIK_NAME_MAX	255
#define LUNATIK_LOG_SLOTS	6	/* seconds */
#define LUNATIK_POOL		8	/* Lua threads kept for entries */

/*
 * Size classes of the arena: 16, 32, ... 512 bytes. Lua asks for most of what it
 * needs below that; larger blocks come from the kernel one by one.
 */
#define ARENA_STEP		16
#define ARENA_CLASSES		32
#define ARENA_MAX		(ARENA_STEP * ARENA_CLASSES)
#define ARENA_RESERVE		4	/* pages kept for entries that cannot sleep */
#define ARENA_ISOLATED		16	/* for those that cannot ask the kernel at all */
#define ARENA_LARGE		11	/* blocks larger than 512 bytes, for those */

struct lunatik_arena {
	void		*free[ARENA_CLASSES];
	char		*bump;		/* unused rest of the newest page */
	char		*end;
	struct list_head pages;
	void		*reserve;	/* pages, linked through their first word */
	unsigned int	nreserve;
	unsigned int	wanted;		/* pages in reserve */
	bool		isolated;	/* large blocks, too */
	void		*large[ARENA_LARGE];
	unsigned int	npages;
};

/* on its way into an arena's reserve, or out of it */
struct lunatik_spare {
	void	*pages;
	void	*large[ARENA_LARGE];
};

/* what objects are charged to: account.c */
struct lunatik_account {
	refcount_t	refs;
	atomic_long_t	used;
	long		limit;
};

struct lunatik_counters {
	atomic64_t	entries;	/* visits that ran Lua */
	atomic64_t	errors;		/* of them, that ended in an error */
	atomic64_t	busy;		/* events turned away because Lua was in use */
	atomic64_t	queued;		/* events that had to wait */
	atomic64_t	lost;		/* that found no room to wait */
	atomic64_t	overruns;	/* entries ended by their time budget */
	atomic64_t	time;		/* ns spent inside */
};

/*
 * Whoever owns a runtime may touch its Lua state, arena and pool; nobody else.
 * owner.c says who that is. `state` is written under `lock`, read anywhere.
 */
struct lunatik_runtime {
	struct lunatik_vm	vm;		/* first: Lua's allocator gets it as `ud` */
	struct lunatik_object	object;
	lua_State		*L;		/* main thread: set-up and close only */
	lua_State		*pool[LUNATIK_POOL];
	unsigned int		npool;
	int			state;		/* enum lunatik_state */
	bool			sleep;		/* entries may sleep once READY */
	bool			managed;	/* in the control device's list, name unique */
	bool			queued;		/* load has been given to a worker */
	bool			closing;	/* somebody sees to the closing */
	bool			callable;	/* has an entry function, or had one */
	unsigned int		depth;		/* runtimes that made one another */
	u64			netns;		/* cookie of the one it was made from */

	/* resume.c */
	struct task_struct	*resumed_by;	/* whose the entry function's run is */
	wait_queue_head_t	resumeq;	/* who waits for it to end */

	/* ownership: owner.c */
	unsigned long		owner;
	spinlock_t		spin;		/* the owner of a runtime that never sleeps */
	wait_queue_head_t	waitq;
	struct irq_work		wake;
	bool			told;		/* a waiter, by `wake`, and it has not run yet */
	struct lunatik_entry	*entry;		/* the owner's */
	atomic_t		inside;		/* entries, let-go ones included */

	/* limits */
	struct lunatik_arena	arena;
	struct lunatik_account	*account;
	size_t			used;
	size_t			synced;		/* of it, in the machine's sum */
	size_t			limit;
	size_t			headroom;	/* beyond the limit, for the driver's own code */
	bool			refused;	/* the last request was beyond it */
	u64			budget;		/* ns for an entry; 0: no end */
	u64			atomic_budget;
	struct llist_head	pending;	/* queues with events: queue.c */
	struct llist_head	later;		/* blocks to be freed where vfree() may run */
	struct llist_head	strays;		/* kernel blocks that became the arena's */

	spinlock_t		lock;		/* state, objects, sleepers */
	struct list_head	objects;	/* armed, in order */
	struct list_head	children;	/* armed by its scripts in other runtimes: arm.c */
	struct list_head	sleepers;	/* entries that let go */
	struct list_head	pins;		/* modules of the libraries opened */
	struct completion	closed;
	struct work_struct	load;
	struct work_struct	upkeep;
	struct work_struct	drain;
	unsigned long		due;		/* bits DUE_* */
	struct task_struct	*arming;	/* while it loads: whose events are let in */
	struct work_struct	close;		/* for a stop from inside itself */
	struct completion	loaded;
	int			load_err;
	char			*message;	/* why loading failed */
	struct list_head	managed_list;
	struct list_head	made_list;
	u64			logs_since;	/* s; of linux.log(): log.c */
	u8			logs[LUNATIK_LOG_SLOTS];
	struct lunatik_journal	*journal;	/* NULL until it has something to say */
	struct lunatik_counters	count;
	char			script[];	/* name */
};

extern struct workqueue_struct *lunatik_load_wq;
extern struct workqueue_struct *lunatik_close_wq;
extern struct workqueue_struct *lunatik_wq;
extern const struct lunatik_class lunatik_runtime_class;

static inline struct lunatik_runtime *lunatik_runtime_of(lua_State *L)
{
	lunatik_object_t *object = *(lunatik_object_t **)lua_getextraspace(L);

	return container_of(object, struct lunatik_runtime, object);
}

static inline struct lunatik_runtime *lunatik_runtime_from(lunatik_object_t *object)
{
	return container_of(object, struct lunatik_runtime, object);
}

static inline int lunatik_runtime_state(struct lunatik_runtime *rt)
{
	/* what was set up before the state changed can be seen with it */
	return smp_load_acquire(&rt->state);
}

/* runtime.c */
struct lunatik_options {
	bool	sleep;
	bool	managed;
	size_t	memory;		/* bytes; 0: the default */
	u64	budget;		/* ns; 0: the default */
};

struct lunatik_runtime *lunatik_runtime_new(const char *script,
					    const struct lunatik_options *options);
int lunatik_runtime_load(struct lunatik_runtime *rt, bool interruptible, lua_State *waiter);
void lunatik_runtime_cancel(struct lunatik_runtime *rt);
void lunatik_runtime_free(struct lunatik_runtime *rt);

/* close.c */
void lunatik_close_init(struct lunatik_runtime *rt);
int lunatik_runtime_close(struct lunatik_runtime *rt, struct lunatik_entry *entry);
bool lunatik_runtime_last_close(struct lunatik_runtime *rt);
void lunatik_runtime_mark(struct lunatik_runtime *rt);

/* managed.c */
struct lunatik_info {
	char	script[LUNATIK_NAME_MAX + 1];
	int	state;
	bool	sleep;
	size_t	memory;
	s64	entries, errors, busy, queued, lost, overruns, time;
	unsigned int hooks, suspended;
};

void lunatik_made_add(struct lunatik_runtime *rt);
void lunatik_made_del(struct lunatik_runtime *rt);
int lunatik_managed_add(struct lunatik_runtime *rt);
void lunatik_managed_del(struct lunatik_runtime *rt);
struct lunatik_runtime *lunatik_managed_get(const char *script);
size_t lunatik_managed_list(struct lunatik_info *info, size_t max);
void lunatik_shutdown(struct lunatik_entry *entry);	/* exported for lunatik_run.ko */

/* library.c, control.c */
int lunatik_library_runtime(lua_State *L, const char *script,
			    const struct lunatik_options *options);
extern struct lunatik_library lunatik_core_library;
extern struct lunatik_library lunatik_control_library;

/* loan.c */
void lunatik_loan_expire(struct lunatik_entry *entry);

/* owner.c */
void lunatik_owner_init(struct lunatik_runtime *rt);
int lunatik_owner_take(struct lunatik_runtime *rt, struct lunatik_entry *entry);
void lunatik_owner_retake(struct lunatik_runtime *rt, struct lunatik_entry *entry);
void lunatik_owner_leave(struct lunatik_runtime *rt, struct lunatik_entry *entry);
void lunatik_owner_queue(struct lunatik_runtime *rt);
bool lunatik_owner_wanted(struct lunatik_runtime *rt);
void lunatik_runtime_due(struct lunatik_runtime *rt, int bit);
unsigned int lunatik_entry_here(struct lunatik_runtime *rt);
bool lunatik_isolated(struct lunatik_runtime *rt);

/* queue.c */
bool lunatik_queue_idle(struct lunatik_object *object);
void lunatik_queue_kick(struct lunatik_runtime *rt);
int lunatik_queue_add(struct lunatik_runtime *rt, struct lunatik_object *object,
		      lunatik_handler_t handler, const void *data, size_t size, int why);
void lunatik_queue_drain(struct work_struct *work);
void lunatik_queue_exit(struct lunatik_runtime *rt);

/* call.c */
int lunatik_entry_enter(struct lunatik_entry *entry, struct lunatik_runtime *rt,
			unsigned int flags);
int lunatik_entry_enter_from(struct lunatik_entry *entry, struct lunatik_runtime *rt,
			     struct lunatik_entry *parent);
void lunatik_entry_leave(struct lunatik_entry *entry);
void lunatik_entry_install(struct lunatik_runtime *rt, struct lunatik_entry *entry);
int lunatik_pcall(struct lunatik_entry *entry, int nargs, int nresults);
int lunatik_event_queued(struct lunatik_object *object, lunatik_handler_t handler, void *data);

/* block.c */
void lunatik_entry_letgo(struct lunatik_entry *entry);
void lunatik_entry_takeback(struct lunatik_entry *entry);
bool lunatik_entry_inside(struct lunatik_runtime *rt);
bool lunatik_entry_orphaned(struct lunatik_entry *entry);
bool lunatik_entry_ends(struct lunatik_entry *entry);
bool lunatik_entry_waits(struct lunatik_runtime *rt, struct lunatik_object *object);
void lunatik_entry_wake(struct lunatik_runtime *rt, struct lunatik_object *object);

/* netns.c: cookies of network namespaces: of the current task's, of @L's script's */
u64 lunatik_netns_current(void);
u64 lunatik_netns_home(lua_State *L);

/* thread.c */
lua_State *lunatik_thread_get(struct lunatik_runtime *rt);
void lunatik_thread_put(struct lunatik_runtime *rt, lua_State *L);

/* budget.c */
const char *lunatik_budget_verdict(struct lunatik_entry *entry, u64 now);

/* alloc.c */
void *lunatik_alloc(void *ud, void *ptr, size_t osize, size_t nsize);
void lunatik_alloc_free_list(struct llist_node *list);
void lunatik_alloc_exit(struct lunatik_runtime *rt);

/* reserve.c */
void *lunatik_reserve_page(struct lunatik_arena *arena);
void *lunatik_reserve_block(struct lunatik_arena *arena, size_t size);
bool lunatik_reserve_low(struct lunatik_arena *arena);
void lunatik_reserve_prepare(const struct lunatik_arena *arena, struct lunatik_spare *spare);
void lunatik_reserve_fill(struct lunatik_arena *arena, struct lunatik_spare *spare);
void lunatik_reserve_drop(struct lunatik_spare *spare);
void lunatik_reserve_refill(struct lunatik_arena *arena);
void lunatik_reserve_exit(struct lunatik_arena *arena);

/* upkeep.c */
void lunatik_upkeep_init(struct lunatik_runtime *rt);
bool lunatik_upkeep_due(struct lunatik_runtime *rt);

/* stack.c */
int lunatik_stack_init(void);
void lunatik_stack_exit(void);
unsigned long lunatik_stack_limit(void);

/* object.c */
void lunatik_object_init(struct lunatik_object *object, const struct lunatik_class *class);
void lunatik_object_flush(void);
void lunatik_object_sync(void);
bool lunatik_nowake(void);
void lunatik_object_pushempty(lua_State *L, const struct lunatik_class *class);
void lunatik_object_fill(lua_State *L, int idx, struct lunatik_object *object);
struct lunatik_object *lunatik_object_take(lua_State *L, int idx,
					   const struct lunatik_class *class);
void lunatik_object_setmethods(lua_State *L, const struct lunatik_method *methods);
void lunatik_object_openclass(lua_State *L, const struct lunatik_class *class);

struct lunatik_object *lunatik_object_any(lua_State *L, int idx);

/* value.c */
void lunatik_value_push(lua_State *L, const struct lunatik_value *value);
void *lunatik_values_box(lua_State *L);
int lunatik_values_charge(void *box, size_t size);
struct lunatik_value *lunatik_values_grow(void *box, unsigned int n, gfp_t gfp);
struct lunatik_value *lunatik_values_of(void *box, unsigned int *n);

/* account.c */
struct lunatik_account *lunatik_account_new(size_t limit);
struct lunatik_account *lunatik_account_get(struct lunatik_account *account);
void lunatik_account_put(struct lunatik_account *account);
int lunatik_account_take(struct lunatik_account *account, size_t size);
void lunatik_account_give(struct lunatik_account *account, size_t size);
bool lunatik_account_sync(struct lunatik_runtime *rt, size_t used);
void lunatik_account_close(struct lunatik_runtime *rt);

/* resume.c */
int lunatik_resume(lua_State *L);

/* arm.c */
void lunatik_object_disarm_children(struct lunatik_runtime *parent);
void lunatik_object_wind_down(struct lunatik_runtime *rt);
void lunatik_object_event_end(struct lunatik_object *object);
void lunatik_object_disarm_all(struct lunatik_runtime *rt);
void lunatik_object_exit(void);

/* load.c */
int lunatik_script_check(const char *script);
int lunatik_script_load(lua_State *L, const char *script);
const char *lunatik_script_name(lua_State *L, int idx);

/* require.c */
void lunatik_require_release(struct lunatik_runtime *rt);
int lunatik_require_open(lua_State *L);	/* upvalue: the library */
void lunatik_require_pin(lua_State *L, struct module *owner);

/* journal.c */
struct lunatik_line {		/* in a page; the script's name and the text follow */
	u64	seq;
	u64	time;		/* ns since the epoch */
	u32	times;		/* it was said in a row */
	u16	length;
	u8	level;		/* a digit, as in KERN_ERR */
	u8	name;		/* bytes */
	bool	cut;		/* the text was longer */
} __packed;

struct lunatik_cursor {		/* journal.c's */
	struct lunatik_journal	*journal;
	u64			seq;
	unsigned int		at;
};

struct lunatik_page {		/* what a reader wants, and gets */
	const char		*script;	/* NULL: all */
	u64			after;
	struct lunatik_cursor	*cursors;	/* memory for `max` of them */
	size_t			max;
	char			*to;		/* memory for `size` bytes */
	size_t			size;
	size_t			used;
	u64			covered, now;
	bool			known;
};

void lunatik_journal_open(struct lunatik_runtime *rt, gfp_t gfp);
void lunatik_journal_close(struct lunatik_runtime *rt);
void lunatik_journal_add(struct lunatik_runtime *rt, char level, const char *text, size_t length);
size_t lunatik_journal_count(void);
bool lunatik_journal_read(struct lunatik_page *page);
long lunatik_journal_wait(u64 after, long timeout);
void lunatik_journal_exit(void);

/* log.c */
void lunatik_report_once(struct lunatik_runtime *rt, const char *message);
void lunatik_report_runtime(struct lunatik_runtime *rt, const char *message);
void lunatik_log_exit(void);

/* error.c */
int lunatik_traceback(lua_State *L);

/* the error message on the top; NULL when it is no string: converting would allocate */
static inline const char *lunatik_message(lua_State *L)
{
	return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
}

#endif /* _LUNATIK_CORE_H */
