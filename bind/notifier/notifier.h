/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * notifier.h - what the files of library "notifier" share
 */
#ifndef _LUANOTIFIER_H
#define _LUANOTIFIER_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/notifier.h>

#include "lunatik.h"
#include "lunatik_netns.h"

struct luanotifier;
struct luanotifier_record;

/* one of the kernel's chains */
struct luanotifier_kind {
	int (*add)(struct luanotifier *notifier);	/* 0, or an errno; process context */
	void (*remove)(struct luanotifier *notifier);	/* likewise */
	int (*push)(lua_State *L, const struct luanotifier_record *record);	/* how many */
	void (*printed)(struct luanotifier *notifier);	/* an event made a line; or NULL */
};

/*
 * The private part of a notifier. What is not said to change is written before the
 * notifier is added to a chain.
 */
struct luanotifier {
	struct notifier_block		block;
	struct lunatik_object		*object;
	const struct luanotifier_kind	*kind;
	bool				reported;	/* a wrong result; the owner */
	int				busy;		/* an answer that cannot wait; any */
	u64				muted;		/* vterm: till then, in ns; any */

	/* netdevice */
	struct lunatik_netns		netns;		/* its path: for add() only */
	bool				everywhere;	/* all namespaces */
	bool				lacking;	/* memory for `replay`; rtnl */
	bool				over;		/* its namespace is gone; `hooks_lock` */
	struct net			*net;		/* or NULL; `hooks_lock` */
	struct list_head		hook;		/* in `hooks`; `hooks_lock` */
	struct task_struct		*adding;	/* who add() runs in; rtnl */
	struct list_head		replay;		/* of add(); the runtime's owner, later */
};

/* an event, as it waits when the runtime is in use */
struct luanotifier_record {
	unsigned int	event;
	int		bad;		/* what the kernel gets for BAD */
	int		stop;		/* and for STOP */
	int		verdict;	/* what it gets */
	union {
		struct {
			unsigned int	key;
			bool		down;
			bool		shift;
		};
		struct {
			unsigned int	unit;
			int		console;
		};
		char	name[IFNAMSIZ];
	};
};

#define LUANOTIFIER_RECORDS	256	/* that wait; a line on a console has 80 characters */

/* notifier.c */

/* calls the function about an event; what the kernel gets. Any context but NMI */
int luanotifier_notify(struct luanotifier *notifier, struct luanotifier_record *record);

/* calls the function inside an entry; may raise */
void luanotifier_call(lua_State *L, struct luanotifier *notifier,
		      struct luanotifier_record *record);

/* the function of @class at 1: pushes the object; nothing is armed yet */
struct luanotifier *luanotifier_new(lua_State *L, const struct lunatik_class *class,
				    const struct luanotifier_kind *kind);

extern const struct lunatik_class luanotifier_class, luanotifier_vterm_class;

/* keyboard.c, vterm.c, netdevice.c: for the tables in notifier.c */
int luanotifier_keyboard(lua_State *L);
int luanotifier_vterm(lua_State *L);
int luanotifier_netdevice(lua_State *L);

/* netdevice.c. Context: an entry; what is there, before anything newer; may raise */
void luanotifier_replay(lua_State *L, struct luanotifier *notifier);
void luanotifier_replay_free(struct luanotifier *notifier);
int luanotifier_netdevice_init(void);
void luanotifier_netdevice_exit(void);

/* tables.c */
extern const struct lunatik_constants luanotifier_constants[];

#endif /* _LUANOTIFIER_H */
