/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * xdp.h - what the files of library "xdp" share
 */
#ifndef _LUAXDP_H
#define _LUAXDP_H

#include <linux/rculist.h>
#include <linux/types.h>

#include "compat.h"
#include "lunatik.h"

/* what stands where in the table that the runtime keeps for its hook */
enum luaxdp_slot {
	LUAXDP_CALLBACK = 1,	/* nil: none now */
	LUAXDP_PACKET,		/* views */
	LUAXDP_ARGUMENT,
	LUAXDP_HOOK,
};

/* the private part of a hook; nothing but `node` changes once it is armed */
struct luaxdp_hook {
	struct hlist_node	node;		/* kfunc.c: among those that programs find */
	struct lunatik_object	*object;
	struct lunatik_object	*packet;	/* kept by the table */
	struct lunatik_object	*argument;
	size_t			length;
	char			name[];		/* of the runtime */
};

struct xdp_md;

/* kfunc.c */
int bpf_luaxdp_run(char *key, size_t key__sz, struct xdp_md *ctx, void *arg, size_t arg__sz);
int luaxdp_arm(struct lunatik_object *object);
void luaxdp_disarm(struct lunatik_object *object);
int luaxdp_register_kfunc(void);

#endif /* _LUAXDP_H */
