/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * socket.h - what the files of library "socket" share
 */
#ifndef _LUASOCKET_H
#define _LUASOCKET_H

#include <linux/list.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/spinlock.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_netns.h"

/*
 * The private part of a socket object. `lock` guards `sock`, `users` and `closed`;
 * the rest is written once, before anybody else can see the object.
 */
struct luasocket {
	spinlock_t		lock;		/* of what is said above */
	struct list_head	users;		/* struct luasocket_use */
	struct socket		*sock;		/* NULL: not yet, or not any more */
	size_t			charged;	/* bytes */
	int			family;
	int			type;
	bool			closed;
	bool			nonblock;
};

/*
 * One call that uses a kernel socket while its runtime is let go. Lives on the C
 * stack of the call, between luasocket_begin() and luasocket_end().
 */
struct luasocket_use {
	struct list_head	list;
	struct luasocket	*socket;
	struct socket		*sock;
	struct task_struct	*task;
	bool			poked;		/* close() made it come back */
};

/* an address of any family; bytes beyond `len` are zeros */
struct luasocket_address {
	struct sockaddr_storage	storage;
	int			len;
};

/* socket.c. Context of all: an entry that may sleep */

/* the socket that an argument is; raises for a closed one */
struct luasocket *luasocket_check(lua_State *L, int idx);

/*
 * luasocket_begin() lets go of the runtime and keeps the kernel socket: @use->sock
 * is there until luasocket_end(), whoever closes it. Each has its partner, also
 * when begin returns an errno; Lua must not be touched in between. What end gets
 * is @ret; a negative one is raised as a positive integer.
 */
int luasocket_begin(lua_State *L, struct luasocket *socket, struct luasocket_use *use);
int luasocket_end(lua_State *L, struct luasocket_use *use, int ret);

/* pushes the handle of a new object without a kernel socket */
struct lunatik_object *luasocket_new(lua_State *L);

/* gives it one, or releases @sock when there is no memory left for it; no Lua here */
int luasocket_adopt(struct lunatik_object *object, struct socket *sock);

/* an optional integer made of the bits of @allowed; raises for others */
int luasocket_optflags(lua_State *L, int idx, int allowed);

static inline struct sockaddr *luasocket_sockaddr(struct luasocket_address *address)
{
	return (struct sockaddr *)&address->storage;
}

static inline struct lunatik_sockaddr_unsized *luasocket_unsized(struct luasocket_address *address)
{
	return (struct lunatik_sockaddr_unsized *)&address->storage;
}

/*
 * address.c: reads the address at @idx (and @idx + 1, if its family has ports),
 * and says where the next argument is; or pushes one, and says how many values.
 */
int luasocket_checkaddress(lua_State *L, const struct luasocket *socket, int idx,
			   struct luasocket_address *address, bool portless);
int luasocket_pushaddress(lua_State *L, const struct luasocket *socket,
			  const struct luasocket_address *address);

/* connection.c, transfer.c: one line for each method, to be put into socket.c's table */
int luasocket_bind(lua_State *L);
int luasocket_listen(lua_State *L);
int luasocket_accept(lua_State *L);
int luasocket_connect(lua_State *L);
int luasocket_getsockname(lua_State *L);
int luasocket_getpeername(lua_State *L);
int luasocket_settimeout(lua_State *L);
int luasocket_setreuseaddr(lua_State *L);
int luasocket_send(lua_State *L);
int luasocket_receive(lua_State *L);

/* tables.c */
extern const struct lunatik_constants luasocket_constants[];

#endif /* _LUASOCKET_H */
