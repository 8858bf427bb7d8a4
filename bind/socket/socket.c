// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * socket.c - library "socket": the life of a socket object
 *
 * Owns the objects of class "socket" and the kernel socket of each. Calls that use
 * it are in connection.c and transfer.c.
 *
 *	new, or accept: an object without a kernel socket; the runtime is let go;
 *			the kernel makes the socket, and the object gets it
 *	calls:		each stands in the object's list of users while it waits
 *	close:		no new users; those that wait are made to come back
 *	the last user:	releases the kernel socket (or close does, or the object's end)
 *
 * So nothing is held when something raises: the object, on the Lua stack, has the
 * kernel socket before the runtime is taken back.
 *
 * Everything runs in process context, in entries that may sleep, and in the worker
 * that releases objects. Runtimes on several CPUs may share an object: the
 * spinlock guards the list and the flags, and nothing sleeps or raises under it.
 *
 * A user that waits is woken as by a signal: any wait in the network ends with
 * that, and with little else (a packet socket knows no shutdown).
 *
 * What the kernel refuses is raised as the errno, a positive integer; what is
 * wrong with an argument is raised as a message.
 */

#include <linux/errno.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <net/sock.h>

#include "compat.h"
#include "socket.h"

static const struct lunatik_class luasocket_class;

/* -------------------------------------------------------------- begin and end */

struct luasocket *luasocket_check(lua_State *L, int idx)
{
	struct luasocket *socket = lunatik_object_check(L, idx, &luasocket_class)->private;

	if (READ_ONCE(socket->closed) || !READ_ONCE(socket->sock))
		luaL_error(L, "null-pointer dereference");
	return socket;
}

/* puts @use on the list of users; -EBADF when the socket was closed */
static int luasocket_enter(struct luasocket *socket, struct luasocket_use *use)
{
	int err = -EBADF;

	spin_lock(&socket->lock);
	if (!socket->closed && socket->sock) {
		use->sock = socket->sock;
		list_add(&use->list, &socket->users);
		err = 0;
	}
	spin_unlock(&socket->lock);
	return err;
}

static void luasocket_free(struct socket *sock)
{
	if (sock->file)
		fput(sock->file);
	else
		sock_release(sock);
}

/* releases the kernel socket if it is closed and nobody uses it */
static void luasocket_reap(struct luasocket *socket)
{
	struct socket *sock = NULL;

	spin_lock(&socket->lock);
	if (socket->closed && list_empty(&socket->users))
		swap(sock, socket->sock);
	spin_unlock(&socket->lock);
	if (sock)
		luasocket_free(sock);
}

/* true when the socket was closed meanwhile */
static bool luasocket_leave(struct luasocket *socket, struct luasocket_use *use)
{
	bool closed;

	spin_lock(&socket->lock);
	list_del(&use->list);
	closed = socket->closed;
	spin_unlock(&socket->lock);

	if (use->poked)
		recalc_sigpending();
	if (closed)
		luasocket_reap(socket);
	return closed;
}

int luasocket_begin(lua_State *L, struct luasocket *socket, struct luasocket_use *use)
{
	int err;

	use->socket = socket;
	use->sock = NULL;
	use->task = current;
	use->poked = false;
	lunatik_block(L);
	err = luasocket_enter(socket, use);
	return err ?: lunatik_stopping(L) ? -EINTR : 0;
}

/* what a system call would have returned for it */
static int luasocket_usererror(int err)
{
	switch (err) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return -EINTR;
	case -ENOIOCTLCMD:
		return -EOPNOTSUPP;
	default:
		return err;
	}
}

int luasocket_end(lua_State *L, struct luasocket_use *use, int ret)
{
	/* an end of file that close() made is none */
	if (use->sock && luasocket_leave(use->socket, use) && ret <= 0)
		ret = -EBADF;
	lunatik_unblock(L);
	if (ret >= 0)
		return ret;
	lua_pushinteger(L, -luasocket_usererror(ret));
	return lua_error(L);
}

int luasocket_optflags(lua_State *L, int idx, int allowed)
{
	lua_Integer flags = luaL_optinteger(L, idx, 0);

	luaL_argcheck(L, (flags & ~(lua_Integer)allowed) == 0, idx, "invalid flags");
	return flags;
}

/* -------------------------------------------------------------------- new, close */

struct lunatik_object *luasocket_new(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_new(L, &luasocket_class,
							   sizeof(struct luasocket));
	struct luasocket *socket = object->private;

	spin_lock_init(&socket->lock);
	INIT_LIST_HEAD(&socket->users);
	return object;
}

/* what the kernel allocated for it, queues apart: those have limits of their own */
static size_t luasocket_size(const struct socket *sock)
{
	return sizeof(struct socket_alloc) + sock->sk->sk_prot->obj_size;
}

int luasocket_adopt(struct lunatik_object *object, struct socket *sock)
{
	struct luasocket *socket = object->private;
	size_t size = luasocket_size(sock);
	int err = lunatik_object_charge(object, size);

	if (err) {
		luasocket_free(sock);
		return err;
	}
	if (!sock->sk->sk_net_refcnt)	/* one made by the kernel does not hold it */
		lunatik_sock_hold_net(sock->sk);
	socket->charged = size;
	socket->family = sock->sk->sk_family;
	socket->type = sock->type;
	WRITE_ONCE(socket->sock, sock);
	return 0;
}

/*
 * Whoever gets a message by netlink asks the sender's file what it may do, without
 * looking whether there is one. On failure @sock is released.
 */
static int luasocket_givefile(struct socket *sock)
{
	if (sock->sk->sk_family != AF_NETLINK)
		return 0;
	return PTR_ERR_OR_ZERO(sock_alloc_file(sock, 0, NULL));
}

static int luasocket_create(struct lunatik_object *object, int family, int type, int proto,
			    const struct lunatik_netns *netns)
{
	struct net *net = lunatik_netns_get(netns);
	struct socket *sock;
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);
	err = sock_create_kern(net, family, type, proto, &sock);
	if (!err)
		err = luasocket_givefile(sock);
	if (!err)
		err = luasocket_adopt(object, sock);
	put_net(net);
	return err;
}

static int luasocket_checkint(lua_State *L, int idx, lua_Integer value)
{
	luaL_argcheck(L, value >= 0 && value <= INT_MAX, idx, "out of range");
	return value;
}

/***
 * Creates a socket.
 *
 * It belongs to the initial network namespace, unless another one is named: by
 * the number of a process (of the initial process namespace) that is in it; by the
 * path of its file, as `ip netns` makes them; or by `"caller"`, for that of the task
 * in whose context this is called (a script's chunk and threads run in the
 * kernel's own, the initial one; callbacks of a device in those of who uses it).
 * The namespace lives at least as long as the socket.
 *
 * Every function below that waits lets others into the runtime meanwhile, and
 * ends when the runtime is stopped. A socket may be shared between runtimes.
 *
 * @function new
 * @tparam integer family one of `socket.af`
 * @tparam integer type one of `socket.sock`; with `sock.NONBLOCK` nothing waits
 * @tparam[opt=0] integer proto one of `socket.ipproto`; for PACKET an Ethernet type in
 *   network byte order
 * @tparam[opt] ?integer|string netns a process, a path, or "caller"
 * @treturn socket
 * @raise the errno, as an integer: `errno.AFNOSUPPORT`, `errno.PROTONOSUPPORT`,
 *   `errno.SRCH` (no such process) ...; `invalid flags`, `out of range`; "cannot use
 *   'socket' class on non-sleepable runtime"; "cannot sleep" in atomic context
 * @usage local s = socket.new(socket.af.INET, socket.sock.STREAM, socket.ipproto.TCP)
 */
static int luasocket_library_new(lua_State *L)
{
	int family = luasocket_checkint(L, 1, luaL_checkinteger(L, 1));
	int type = luasocket_checkint(L, 2, luaL_checkinteger(L, 2));
	int proto = luasocket_checkint(L, 3, luaL_optinteger(L, 3, 0));
	struct lunatik_netns netns = {};
	struct lunatik_object *object;
	int err;

	luaL_argcheck(L, !(type & ~(SOCK_TYPE_MASK | SOCK_NONBLOCK | SOCK_CLOEXEC)), 2,
		      "invalid flags");
	lunatik_netns_check(L, 4, &netns);
	object = luasocket_new(L);
	((struct luasocket *)object->private)->nonblock = type & SOCK_NONBLOCK;

	lunatik_block(L);
	err = luasocket_create(object, family, type & SOCK_TYPE_MASK, proto, &netns);
	lunatik_unblock(L);
	if (!err)
		return 1;
	lua_pushinteger(L, -luasocket_usererror(err));
	return lua_error(L);
}

/* no new users, and those there are come back; false when it was closed before */
static bool luasocket_shut(struct lunatik_object *object)
{
	struct luasocket *socket = object->private;
	struct luasocket_use *use;
	bool first;

	spin_lock(&socket->lock);
	first = !socket->closed && socket->sock;
	socket->closed = true;
	list_for_each_entry(use, &socket->users, list) {
		use->poked = true;
		set_tsk_thread_flag(use->task, TIF_SIGPENDING);
		wake_up_process(use->task);
	}
	spin_unlock(&socket->lock);
	if (first)
		lunatik_object_uncharge(object, socket->charged);
	return first;
}

/*
 * Where letting go is impossible (in a finaliser, when the runtime is stopping)
 * lunatik_block() raises; the object's end does the rest then.
 */
static bool luasocket_shutdown(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &luasocket_class);

	if (!luasocket_shut(object))
		return false;
	lunatik_block(L);
	luasocket_reap(object->private);
	lunatik_unblock(L);
	return true;
}

/***
 * Closes a socket, in all runtimes that share it.
 *
 * Calls that wait in it, of whichever runtime, end with `errno.BADF`. When `close`
 * returns and none waited, its address is free. A variable declared `<close>` is
 * closed at the end of its block.
 *
 * Also spelled `socket.close(sock)`.
 *
 * @function socket:close
 * @raise `null-pointer dereference` when it was closed before, as every method of a
 *   closed socket does; "cannot sleep" in atomic context
 * @usage sock:close()
 */
static int luasocket_close(lua_State *L)
{
	if (!luasocket_shutdown(L))
		return luaL_error(L, "null-pointer dereference");
	return 0;
}

/* closing twice does nothing here: a block may have closed its variable itself */
static int luasocket_close_variable(lua_State *L)
{
	luasocket_shutdown(L);
	return 0;
}

/* the last reference is gone, so nobody uses it */
static void luasocket_release(struct lunatik_object *object)
{
	struct luasocket *socket = object->private;

	if (socket->sock)
		luasocket_free(socket->sock);
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method luasocket_methods[] = {
	{ "send",		luasocket_send,			LUNATIK_SLEEPS },
	{ "receive",		luasocket_receive,		LUNATIK_SLEEPS },
	{ "bind",		luasocket_bind,			LUNATIK_SLEEPS },
	{ "listen",		luasocket_listen,		LUNATIK_SLEEPS },
	{ "accept",		luasocket_accept,		LUNATIK_SLEEPS },
	{ "connect",		luasocket_connect,		LUNATIK_SLEEPS },
	{ "getsockname",	luasocket_getsockname,		LUNATIK_SLEEPS },
	{ "getpeername",	luasocket_getpeername,		LUNATIK_SLEEPS },
	{ "settimeout",		luasocket_settimeout,		LUNATIK_SLEEPS },
	{ "setreuseaddr",	luasocket_setreuseaddr,		LUNATIK_SLEEPS },
	{ "close",		luasocket_close,		LUNATIK_SLEEPS },
	{ "__close",		luasocket_close_variable,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class luasocket_class = {
	.name		= "socket",
	.methods	= luasocket_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_SLEEPABLE,
	.release	= luasocket_release,
};

static const struct lunatik_class *const luasocket_classes[] = { &luasocket_class, NULL };

static const struct lunatik_method luasocket_functions[] = {
	{ "new",		luasocket_library_new,		LUNATIK_SLEEPS },
	{ "send",		luasocket_send,			LUNATIK_SLEEPS },
	{ "receive",		luasocket_receive,		LUNATIK_SLEEPS },
	{ "bind",		luasocket_bind,			LUNATIK_SLEEPS },
	{ "listen",		luasocket_listen,		LUNATIK_SLEEPS },
	{ "accept",		luasocket_accept,		LUNATIK_SLEEPS },
	{ "connect",		luasocket_connect,		LUNATIK_SLEEPS },
	{ "getsockname",	luasocket_getsockname,		LUNATIK_SLEEPS },
	{ "getpeername",	luasocket_getpeername,		LUNATIK_SLEEPS },
	{ "settimeout",		luasocket_settimeout,		LUNATIK_SLEEPS },
	{ "setreuseaddr",	luasocket_setreuseaddr,		LUNATIK_SLEEPS },
	{ "close",		luasocket_close,		LUNATIK_SLEEPS },
	{ }
};

/* the class needs a sleepable runtime; the constants are good for any */
static struct lunatik_library luasocket_library = {
	.name		= "socket",
	.functions	= luasocket_functions,
	.constants	= luasocket_constants,
	.classes	= luasocket_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(luasocket_library);

MODULE_DESCRIPTION("Lunatik: sockets");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-socket");
