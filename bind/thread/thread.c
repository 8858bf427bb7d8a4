// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * thread.c - kernel threads that run a runtime's entry function
 *
 * Owns the objects of class "thread". One made by run() is an armed object of the
 * runtime whose function it runs: the whole body is one event, so that stopping
 * the runtime ends it as it ends any hook, and a graceful one, so that the body
 * is asked first. One made by current() for a task that is no such thread stands
 * for that task only.
 *
 * The kernel thread has a reference to the object, the object one to the task, so
 * task() works after the end, and one to the runtime, which it drops when the body is
 * over: the runtime may have a handle to the object, by current(). The module stays
 * until the kernel thread is over: its last act is in the kernel, not here.
 *
 * Contexts: functions with a lua_State: entries that may sleep; thread_main() is the
 * kernel thread. Starting one can fail for want of memory.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#include "compat.h"
#include "lunatik.h"

/* of the kernel for each thread: its stack and its task, roughly */
#define THREAD_MEMORY	(THREAD_SIZE + SZ_16K)

struct thread {
	struct task_struct	*task;
	spinlock_t		lock;		/* of runtime */
	lunatik_object_t	*runtime;	/* NULL: made by current(), or over */
	struct completion	over;
	char			name[TASK_COMM_LEN];
};

static const struct lunatik_class thread_class;

/* ------------------------------------------------------------------- the thread */

/* with a reference for the caller; NULL when the thread is over */
static lunatik_object_t *get_runtime(struct thread *thread)
{
	lunatik_object_t *runtime;

	spin_lock(&thread->lock);
	runtime = thread->runtime;
	if (runtime)
		lunatik_getobject(runtime);
	spin_unlock(&thread->lock);
	return runtime;
}

static void drop_runtime(struct thread *thread)
{
	lunatik_object_t *runtime = NULL;

	spin_lock(&thread->lock);
	swap(runtime, thread->runtime);
	spin_unlock(&thread->lock);
	if (runtime)
		lunatik_putobject(runtime);
}

static int thread_main(void *data)
{
	struct lunatik_object *object = data;
	struct thread *thread = object->private;
	struct fs_struct *old = lunatik_root_begin();

	lunatik_object_resume(object);
	lunatik_root_end(old);
	lunatik_object_retire(object);
	drop_runtime(thread);	/* nobody looks for the object in there any more */
	complete_all(&thread->over);
	lunatik_putobject(object);
	module_put_and_kthread_exit(0);
	return 0;
}

static int thread_arm(struct lunatik_object *object)
{
	struct thread *thread = object->private;
	struct task_struct *task = kthread_create(thread_main, object, "%s", thread->name);

	if (IS_ERR(task))
		return PTR_ERR(task);
	thread->task = get_task_struct(task);
	lunatik_getobject(object);
	__module_get(THIS_MODULE);
	wake_up_process(task);
	return 0;
}

/* its body is over by now, or has been told that it must be */
static void thread_disarm(struct lunatik_object *object)
{
	struct thread *thread = object->private;

	wait_for_completion(&thread->over);
}

static void thread_release(struct lunatik_object *object)
{
	struct thread *thread = object->private;

	if (thread->task)
		put_task_struct(thread->task);
	if (thread->runtime)
		lunatik_putobject(thread->runtime);
}

/* -------------------------------------------------------------- what Lua calls */

static struct lunatik_object *new_thread(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_new(L, &thread_class,
							   sizeof(struct thread));
	struct thread *thread = object->private;

	spin_lock_init(&thread->lock);
	init_completion(&thread->over);
	return object;
}

/***
 * Starts a kernel thread that runs a runtime's entry function, without arguments.
 *
 * What the function returns is dropped, an error is logged. The thread ends with
 * its runtime, and the runtime lives on when the thread has ended.
 *
 * @function run
 * @tparam runtime rt a sleepable one, whose script has returned a function
 * @tparam string name what ps(1) shows; the kernel keeps 15 bytes of it
 * @treturn thread
 * @raise "cannot use non-sleepable runtime in this context"; "thread: ENOMEM" ...
 * @usage local t = thread.run(lunatik.runtime("examples/echod/worker"), "worker")
 */
static int thread_run(lua_State *L)
{
	lunatik_object_t *runtime = lunatik_checkruntime(L, 1);
	const char *name = luaL_checkstring(L, 2);
	struct lunatik_object *object;
	struct thread *thread;

	if (!lunatik_sleepable(runtime))
		return luaL_error(L, "cannot use non-sleepable runtime in this context");
	luaL_argcheck(L, lunatik_callable(runtime), 1, "its script has returned no function");
	luaL_argcheck(L, *name, 2, "empty name");
	object = new_thread(L);
	thread = object->private;
	strscpy(thread->name, name, sizeof(thread->name));
	lunatik_getobject(runtime);
	thread->runtime = runtime;
	if (lunatik_object_charge(object, THREAD_MEMORY) &&
	    (!lunatik_object_reclaim(L) || lunatik_object_charge(object, THREAD_MEMORY)))
		return luaL_error(L, "not enough memory");
	lunatik_object_arm_in(L, object, runtime);
	return 1;
}

/***
 * Asks whether the thread that runs this should end.
 *
 * When it should, each call that waits ends early until the body has asked. Then it
 * has 5 s to clean up, and may wait again. A body that neither asks nor returns is
 * ended by an error that it cannot catch: within 80 ms, or after 16 such waits.
 *
 * @function shouldstop
 * @treturn boolean false also outside a thread's body
 * @raise nothing. Any context
 * @usage while not thread.shouldstop() do serve() end
 */
static int thread_shouldstop(lua_State *L)
{
	lua_pushboolean(L, lunatik_shouldstop(L));
	return 1;
}

/***
 * Returns the thread that runs this.
 *
 * @function current
 * @treturn thread for a task that thread.run() did not start, one that only task() is
 *	good for
 * @raise "not enough memory". Any context
 * @usage print(thread.current():task().command)
 */
static int thread_current(lua_State *L)
{
	struct lunatik_object *object = lunatik_event_object(L);
	struct thread *thread;

	if (object && object->class == &thread_class) {
		lunatik_object_push(L, object);
		return 1;
	}
	object = new_thread(L);
	thread = object->private;
	thread->task = get_task_struct(current);
	return 1;
}

/***
 * Ends a thread: asks its body to end, waits until it has.
 *
 * A body that blocks is woken; see shouldstop() for one that goes on.
 *
 * @function thread:stop
 * @treturn boolean true when it was running
 * @raise "stop may sleep ..." outside process context
 * @usage t:stop()
 */
static int thread_stop(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &thread_class);
	lunatik_object_t *runtime = get_runtime(object->private);
	bool stopped = false;

	if (runtime) {	/* nothing raises here: this may sleep */
		stopped = lunatik_object_disarm_in(L, object, runtime);
		lunatik_putobject(runtime);
	}
	lua_pushboolean(L, stopped);
	return 1;
}

static void set_integer(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

/***
 * Describes a thread's task.
 *
 * @function thread:task
 * @treturn table command, pid, tgid (as the initial namespace sees them) and cpu, the
 *	processor that it runs or ran on
 * @raise nothing else. Any context
 * @usage print(t:task().pid)
 */
static int thread_task(lua_State *L)
{
	struct thread *thread = lunatik_object_check(L, 1, &thread_class)->private;
	char command[TASK_COMM_LEN];

	/* without its lock, which events in interrupts must not take; it always ends in NUL */
	strscpy(command, thread->task->comm, sizeof(command));
	lua_createtable(L, 0, 4);
	lua_pushstring(L, command);
	lua_setfield(L, -2, "command");
	set_integer(L, "cpu", task_cpu(thread->task));
	set_integer(L, "pid", task_pid_nr(thread->task));
	set_integer(L, "tgid", task_tgid_nr(thread->task));
	return 1;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method thread_methods[] = {
	{ "stop",	thread_stop,	LUNATIK_SLEEPS },
	{ "task",	thread_task },
	{ "__close",	thread_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class thread_class = {
	.name		= "thread",
	.methods	= thread_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_SLEEPABLE | LUNATIK_PROCESS | LUNATIK_GRACEFUL,
	.arm		= thread_arm,
	.disarm		= thread_disarm,
	.release	= thread_release,
};

static const struct lunatik_class *const thread_classes[] = { &thread_class, NULL };

static const struct lunatik_method thread_functions[] = {
	{ "run",	thread_run,	LUNATIK_SLEEPS },
	{ "shouldstop",	thread_shouldstop },
	{ "current",	thread_current },
	{ }
};

static struct lunatik_library thread_library = {
	.name		= "thread",
	.functions	= thread_functions,
	.classes	= thread_classes,
	.flags		= LUNATIK_SLEEPABLE,
	.owner		= THIS_MODULE,
};

lunatik_module(thread_library);

MODULE_DESCRIPTION("Lunatik: kernel threads");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-thread");
