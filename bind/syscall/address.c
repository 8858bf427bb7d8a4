// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * address.c - library "syscall": where system calls begin
 *
 * The kernel's own table of system calls is not for modules, and x86 does not even
 * jump through it any more. But each call has a function, whose name the headers
 * tell, and a kprobe that is never switched on finds a function by name. What it
 * found is where a probe can be put. Kernels without kprobes (User-Mode Linux) have
 * no such way.
 *
 * Owns `addresses`, one per number, NULL until it is asked for: finding one costs
 * milliseconds. Each is written with the same value whoever writes it, so there is
 * no lock. Reading is for any context, finding for process context. A function is
 * not found when it may not be probed; memory may lack.
 */

#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/unistd.h>

#include "symbol.h"
#include "syscall.h"

unsigned int luasyscall_count(void)
{
	return __NR_syscalls;
}

#ifdef CONFIG_KPROBES

/* what the kernel puts in front of the names in its table */
#if defined(CONFIG_X86_64)
#define PREFIX	"__x64_"
#elif defined(CONFIG_ARM64)
#define PREFIX	"__arm64_"
#else
#define PREFIX	""
#endif

#undef __SYSCALL
#define __SYSCALL(nr, entry)	\
	[nr] = PREFIX #entry,

static const char *const symbols[__NR_syscalls] = {
#include "syscalls.h"
};

static void *addresses[__NR_syscalls];

void *luasyscall_address(unsigned int nr)
{
	return READ_ONCE(addresses[nr]);
}

const char *luasyscall_symbol(unsigned int nr)
{
	return symbols[nr] ?: PREFIX "sys_ni_syscall";
}

/* leaves the probe registered when it returns 0 */
static int address_probe(struct kprobe *probe, unsigned int nr)
{
	int err;

	memset(probe, 0, sizeof(*probe));
	probe->symbol_name = luasyscall_symbol(nr);
	probe->flags = KPROBE_FLAG_DISABLED;
	err = register_kprobe(probe);
	if (!err)
		WRITE_ONCE(addresses[nr], lunatik_function_start(probe->addr));
	return err;
}

/* leaves the addresses of @nr to @end, which are no more than probes, in their places */
static int address_batch(struct kprobe *probes, unsigned int nr, unsigned int end)
{
	struct kprobe *registered[LUASYSCALL_BATCH];
	int err, failed = 0, n = 0;

	for (; nr < end; nr++) {
		if (luasyscall_address(nr))
			continue;
		registered[n] = &probes[n];
		err = address_probe(&probes[n], nr);
		if (err)
			failed = err;
		else
			n++;
		cond_resched();
	}
	if (n)
		unregister_kprobes(registered, n);
	return failed;
}

int luasyscall_find(unsigned int first, unsigned int count)
{
	struct kprobe *probes = kcalloc(count, sizeof(*probes), GFP_KERNEL);
	int err;

	if (!probes)
		return -ENOMEM;
	err = address_batch(probes, first, first + count);
	kfree(probes);
	return err;
}

#else

void *luasyscall_address(unsigned int nr)
{
	return NULL;
}

const char *luasyscall_symbol(unsigned int nr)
{
	return NULL;
}

int luasyscall_find(unsigned int first, unsigned int count)
{
	return -EOPNOTSUPP;
}

#endif
