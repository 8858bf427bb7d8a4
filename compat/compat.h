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
#include <linux/fs_struct.h>
#include <linux/hrtimer.h>
#include <linux/timer.h>
#include <net/sock.h>

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

/*
 * A socket that the kernel made does not hold its network namespace, and what
 * remains of one after its release (a connection that is ending) may outlive it.
 * This makes it hold it, as one of a program does. bind/socket/Kbuild has looked
 * whether the kernel has a function for that.
 */
static inline void lunatik_sock_hold_net(struct sock *sk)
{
#ifdef LUNATIK_HAVE_SK_NET_REFCNT_UPGRADE
	sk_net_refcnt_upgrade(sk);
#else
	struct net *net = sock_net(sk);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	__netns_tracker_free(net, &sk->ns_tracker, false);
#endif
	sk->sk_net_refcnt = 1;
	get_net_track(net, &sk->ns_tracker, GFP_KERNEL);
	sock_inuse_add(net, 1);
#endif
}

/* How many NMIs the context of a kprobe's breakpoint looks like: x86 enters it as one. */
#define LUNATIK_BREAKPOINT_NMIS	IS_ENABLED(CONFIG_X86)

/*
 * The address of a socket of whatever size, which calls take as a type of its own.
 * Some kernels have the type and do not use it: bind/socket/Kbuild has looked.
 */
#ifndef LUNATIK_HAVE_SOCKADDR_UNSIZED
#define lunatik_sockaddr_unsized	sockaddr
#else
#define lunatik_sockaddr_unsized	sockaddr_unsized
#endif

/*
 * Around what scripts do in workers and kernel threads: since 7.1 these have a root
 * directory of their own, an empty one, and no longer that of the first program.
 */
static inline struct fs_struct *lunatik_root_begin(void)
{
#ifdef scoped_with_init_fs
	return __override_init_fs();
#else
	return NULL;
#endif
}

static inline void lunatik_root_end(struct fs_struct *old)
{
#ifdef scoped_with_init_fs
	__revert_init_fs(old);
#endif
}

#endif /* _LUNATIK_COMPAT_H */
