// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * main.c - lunatik.ko: the order in which it comes up
 *
 * Interrupt stacks are measured first, since entries need their limits; then the
 * workers that load, close and bury; then the libraries, after which runtimes
 * can be made. Going down is the same in reverse: nothing is left by then, since
 * every runtime and object holds a reference to this module.
 */
#include "core.h"

/*
 * Three, since each has a bound: what is on the first may last and waits for what
 * is on the third; what is on the second waits for both; the third waits for none.
 */
struct workqueue_struct *lunatik_load_wq;	/* scripts' chunks */
struct workqueue_struct *lunatik_close_wq;	/* closing runtimes */
struct workqueue_struct *lunatik_wq;		/* reading scripts, releasing objects */

static void destroy_workqueues(void)
{
	if (lunatik_close_wq)
		destroy_workqueue(lunatik_close_wq);
	if (lunatik_load_wq)
		destroy_workqueue(lunatik_load_wq);
	if (lunatik_wq)
		destroy_workqueue(lunatik_wq);
}

static int __init make_workqueues(void)
{
	lunatik_load_wq = alloc_workqueue("lunatik_load", WQ_UNBOUND, 0);
	lunatik_close_wq = alloc_workqueue("lunatik_close", WQ_UNBOUND, 0);
	lunatik_wq = alloc_workqueue("lunatik", WQ_UNBOUND, 0);
	if (lunatik_load_wq && lunatik_close_wq && lunatik_wq)
		return 0;
	destroy_workqueues();
	return -ENOMEM;
}

static int __init lunatik_init(void)
{
	int err = lunatik_stack_init();

	if (err)
		return err;
	err = make_workqueues();
	if (err)
		goto err_wq;
	err = lunatik_library_register(&lunatik_core_library);
	if (err)
		goto err_core;
	err = lunatik_library_register(&lunatik_control_library);
	if (err)
		goto err_control;
	return 0;

err_control:
	lunatik_library_unregister(&lunatik_core_library);
err_core:
	destroy_workqueues();
err_wq:
	lunatik_stack_exit();
	return err;
}

static void __exit lunatik_exit(void)
{
	lunatik_library_unregister(&lunatik_control_library);
	lunatik_library_unregister(&lunatik_core_library);
	lunatik_object_sync();
	destroy_workqueues();
	lunatik_object_exit();
	lunatik_log_exit();
	lunatik_journal_exit();
	lunatik_stack_exit();
}

module_init(lunatik_init);
module_exit(lunatik_exit);
MODULE_DESCRIPTION("Lunatik: Lua in the kernel");
MODULE_LICENSE("Dual MIT/GPL");
