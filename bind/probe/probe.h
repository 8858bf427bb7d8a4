/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * probe.h - what the files of library "probe" share
 */
#ifndef _PROBE_H
#define _PROBE_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include "compat.h"
#include "lunatik.h"

#define PROBE_RECORDS	256	/* hits that may wait for the runtime */
#define PROBE_DEPTH	64	/* frames of a stack that are looked at */

/* what lunatik_object_arm() keeps is an array of these */
enum probe_slot {
	PROBE_PRE = 1,		/* the functions of the script */
	PROBE_POST,
	PROBE_RET,
	PROBE_TARGET,		/* what they get first */
	PROBE_DUMP,		/* and last */
	PROBE_SLOTS = PROBE_DUMP,
};

/* one hit of a kprobe; a handler that had to wait gets a copy */
struct probe_hit {
	enum probe_slot	slot;		/* of its handler */
	unsigned int	cpu;
	pid_t		pid;
	char		comm[TASK_COMM_LEN];
	unsigned long	where;		/* in its stack, see dump.c */
	struct pt_regs	regs;
};

/* what dump() saw, until a worker has written it; written by whoever set `busy` */
struct probe_dump {
	struct llist_node	node;
	atomic_t		busy;
	struct probe_hit	hit;
	unsigned int		depth;	/* of the stack; 0: the hit had to wait */
	unsigned long		stack[PROBE_DEPTH];
};

struct probe;

/* where hits come from. All but missed(): process context, may sleep, under probe->lock */
struct probe_source {
	int (*connect)(struct probe *probe);	/* hits come before it returns */
	void (*disconnect)(struct probe *probe);	/* none comes afterwards */
	int (*enable)(struct probe *probe, bool on);
	unsigned long (*missed)(const struct probe *probe);
};

/* the private part of a probe begins with this */
struct probe {
	struct lunatik_object		*object;
	const struct probe_source	*source;
	atomic_long_t			missed;
	struct mutex			lock;		/* of the next three */
	bool				connected;
	bool				enabled;
	int				err;		/* why it is not connected */
	struct lunatik_loan		loan;		/* of `hit` */
	const struct probe_hit		*hit;		/* the runtime's owner's */
	struct probe_dump		dump;
};

extern const struct lunatik_class probe_class;

void probe_fire(struct probe *probe, unsigned int nmis, lunatik_handler_t handler,
		void *record, size_t size);

struct lunatik_object *probe_create(lua_State *L, const struct probe_source *source,
				    size_t size, size_t record);
void probe_arm(lua_State *L, struct lunatik_object *object, int idx);
const char *probe_checkname(lua_State *L, int idx, const char *what);

void probe_expire(struct lunatik_loan *loan);
int probe_show(lua_State *L);
void probe_dump_exit(void);

int probe_new(lua_State *L);
int probe_tracepoint(lua_State *L);

#endif /* _PROBE_H */
