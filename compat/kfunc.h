/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * kfunc.h - functions for BPF programs, under the names that the newest kernel has
 *
 * Older kernels have sets without a mark of what they are for, and nothing that keeps
 * the compiler from asking for a prototype.
 */
#ifndef _LUNATIK_KFUNC_H
#define _LUNATIK_KFUNC_H

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>

#ifndef __bpf_kfunc
#define __bpf_kfunc	__used noinline
#endif

#ifndef BTF_KFUNCS_START
#define BTF_KFUNCS_START(name)	BTF_SET8_START(name)
#define BTF_KFUNCS_END(name)	BTF_SET8_END(name)
#endif

#endif /* _LUNATIK_KFUNC_H */
