/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * compat.h - what differs between the kernels that Lunatik runs on
 *
 * The only place in the tree that mentions a kernel version. Code elsewhere is
 * written for the newest kernel; here, what an older one lacks is given to it
 * under the newest name, or under a lunatik_ name where the same name cannot be
 * used. `make check` refuses LINUX_VERSION_CODE anywhere else.
 */
#ifndef _LUNATIK_COMPAT_H
#define _LUNATIK_COMPAT_H

#include <linux/version.h>
#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/timer.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)

/* class.devnode() takes a const device since 6.2 */
#define lunatik_devnode_device	struct device

/*
 * After timer_shutdown_sync() a timer cannot be armed again; 6.2 brought it. Before,
 * a handler that may rearm itself must look at a flag of its owner.
 */
#define lunatik_timer_shutdown	del_timer_sync

#else

#define lunatik_devnode_device	const struct device
#define lunatik_timer_shutdown	timer_shutdown_sync

#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)

/* one call since 6.13; the old one is gone since 6.15 */
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}

#endif

#endif /* _LUNATIK_COMPAT_H */
