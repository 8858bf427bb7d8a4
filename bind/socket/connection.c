// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * connection.c - library "socket": names, connections and what is set on a socket
 *
 * Methods of class "socket". Each reads its arguments, lets go of the runtime, asks
 * the kernel, takes the runtime back, and pushes the answer: luasocket_begin() and
 * luasocket_end() keep the kernel socket there in between. accept() makes its
 * object before it waits, so a connection is never without an owner.
 *
 * Contexts: entries that may sleep. A wait ends for a signal, when the runtime is
 * stopped and when the socket is closed. Errnos are raised as positive integers.
 */

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <net/sock.h>

#include "socket.h"

#define CALL_FLAGS	(SOCK_NONBLOCK | SOCK_CLOEXEC)

/* "do not wait", as file flags say it */
static int connection_fileflags(const struct luasocket *socket, int flags)
{
	return socket->nonblock || flags & SOCK_NONBLOCK ? O_NONBLOCK : 0;
}

/***
 * Binds a socket to an address.
 *
 * Also spelled `socket.bind(sock, ...)`. Addresses here, and below, are
 *
 * * of INET: an integer and a port
 * * of INET6: a string of 16 bytes and a port; 20 bytes have the index of an
 *   interface behind the address, as an "=I4"
 * * of UNIX: a path (an absolute one: whose task calls is not always known); an
 *   abstract name begins with "\0"; "" is an unnamed socket's
 * * of PACKET: the index of an interface (the protocol is the one given to `new`);
 *   or a string as in other families: `string.pack(">I2", ETH_P_ALL)`
 * * of all others: a string with the bytes that follow the family in the kernel's
 *   struct; a short one is taken as if zeros followed
 *
 * @function socket:bind
 * @tparam ?integer|string addr
 * @tparam[opt=0] integer port 0: the kernel chooses one
 * @raise the errno, as an integer: `errno.ADDRINUSE`, `errno.ADDRNOTAVAIL` ...; a
 *   message for an address that is none; "cannot sleep" in atomic context
 * @usage sock:bind(net.aton("127.0.0.1"), 1337)
 */
int luasocket_bind(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	struct luasocket_address address;
	struct luasocket_use use;
	int err;

	luasocket_checkaddress(L, socket, 2, &address, true);
	err = luasocket_begin(L, socket, &use);
	if (!err)
		err = kernel_bind(use.sock, luasocket_unsized(&address), address.len);
	luasocket_end(L, &use, err);
	return 0;
}

/***
 * Makes a socket take connections.
 *
 * Also spelled `socket.listen(sock, ...)`.
 *
 * @function socket:listen
 * @tparam[opt] integer backlog connections that may wait for accept; default SOMAXCONN;
 *   no more than /proc/sys/net/core/somaxconn
 * @raise the errno, as an integer; `backlog out of range`; "cannot sleep" in atomic
 *   context
 * @usage sock:listen()
 */
int luasocket_listen(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	lua_Integer backlog = luaL_optinteger(L, 2, SOMAXCONN);
	struct luasocket_use use;
	int err;

	luaL_argcheck(L, backlog >= 0 && backlog <= INT_MAX, 2, "backlog out of range");
	err = luasocket_begin(L, socket, &use);
	if (!err) {
		backlog = min_t(lua_Integer, backlog,
				READ_ONCE(sock_net(use.sock->sk)->core.sysctl_somaxconn));
		err = kernel_listen(use.sock, backlog);
	}
	luasocket_end(L, &use, err);
	return 0;
}

/***
 * Takes a connection; waits for one.
 *
 * Also spelled `socket.accept(sock, ...)`.
 *
 * @function socket:accept
 * @tparam[opt=0] integer flags `sock.NONBLOCK`: this call does not wait
 * @treturn socket a new one; it has the timeouts of the one that took it
 * @raise the errno, as an integer: `errno.AGAIN` when there is none (NONBLOCK, or the
 *   time is over), `errno.INTR` for a signal, `errno.BADF` when the socket was closed
 *   meanwhile; `invalid flags`; "cannot sleep" in atomic context
 * @usage local ok, session = pcall(sock.accept, sock, socket.sock.NONBLOCK)
 */
int luasocket_accept(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	int flags = luasocket_optflags(L, 2, CALL_FLAGS);
	struct lunatik_object *object = luasocket_new(L);
	struct luasocket_use use;
	struct socket *sock;
	int err;

	err = luasocket_begin(L, socket, &use);
	if (!err)
		err = kernel_accept(use.sock, &sock, connection_fileflags(socket, flags));
	if (!err)
		err = luasocket_adopt(object, sock);
	luasocket_end(L, &use, err);
	return 1;
}

/***
 * Connects a socket; waits until it is.
 *
 * For a datagram socket it sets where to send to, and from where only to receive.
 * Also spelled `socket.connect(sock, ...)`.
 *
 * @function socket:connect
 * @tparam ?integer|string addr see `socket:bind`
 * @tparam integer port INET and INET6 only; in other families flags are here
 * @tparam[opt=0] integer flags `sock.NONBLOCK`: this call does not wait
 * @raise the errno, as an integer: `errno.CONNREFUSED`, `errno.TIMEDOUT`,
 *   `errno.INPROGRESS` (NONBLOCK, or the time is over) ...; a message for an address
 *   that is none; `invalid flags`; "cannot sleep" in atomic context
 * @usage sock:connect(net.aton("127.0.0.1"), 1337)
 */
int luasocket_connect(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	struct luasocket_address address;
	int next = luasocket_checkaddress(L, socket, 2, &address, false);
	int flags = luasocket_optflags(L, next, CALL_FLAGS);
	struct luasocket_use use;
	int err;

	err = luasocket_begin(L, socket, &use);
	if (!err)
		err = kernel_connect(use.sock, luasocket_unsized(&address), address.len,
				     connection_fileflags(socket, flags));
	luasocket_end(L, &use, err);
	return 0;
}

/* ------------------------------------------------------------------------ names */

static int connection_name(lua_State *L, int (*getname)(struct socket *, struct sockaddr *))
{
	struct luasocket *socket = luasocket_check(L, 1);
	struct luasocket_address address;
	struct luasocket_use use;
	int ret;

	memset(&address, 0, sizeof(address));
	ret = luasocket_begin(L, socket, &use);
	if (!ret)
		ret = getname(use.sock, luasocket_sockaddr(&address));
	address.len = luasocket_end(L, &use, ret);
	return luasocket_pushaddress(L, socket, &address);
}

/***
 * Returns the address that a socket is bound to.
 *
 * Also spelled `socket.getsockname(sock)`.
 *
 * @function socket:getsockname
 * @treturn ?integer|string addr see `socket:bind`
 * @treturn integer port INET and INET6 only
 * @raise the errno, as an integer; "cannot sleep" in atomic context
 * @usage local addr, port = sock:getsockname()
 */
int luasocket_getsockname(lua_State *L)
{
	return connection_name(L, kernel_getsockname);
}

/***
 * Returns the address that a socket is connected to.
 *
 * Also spelled `socket.getpeername(sock)`.
 *
 * @function socket:getpeername
 * @treturn ?integer|string addr see `socket:bind`
 * @treturn integer port INET and INET6 only
 * @raise the errno, as an integer: `errno.NOTCONN` ...; "cannot sleep" in atomic
 *   context
 * @usage local addr, port = session:getpeername()
 */
int luasocket_getpeername(lua_State *L)
{
	return connection_name(L, kernel_getpeername);
}

/* --------------------------------------------------------------------- settings */

static long connection_checktimeout(lua_State *L, int idx)
{
	lua_Integer ms;

	if (lua_isnoneornil(L, idx))
		return MAX_SCHEDULE_TIMEOUT;
	ms = luaL_checkinteger(L, idx);
	luaL_argcheck(L, ms >= 0, idx, "negative timeout");
	if (ms >= MAX_SCHEDULE_TIMEOUT / HZ - 1)
		return MAX_SCHEDULE_TIMEOUT;
	return DIV_ROUND_UP_ULL((u64)ms * HZ, MSEC_PER_SEC);
}

/***
 * Says how long calls wait: without it, or with nil, for ever; with 0, not at all.
 *
 * When the time is over, receive, accept and send raise `errno.AGAIN`, and connect
 * raises `errno.INPROGRESS`, as the kernel has it. It holds for all users of the
 * socket, and for calls that begin after it. Also spelled `socket.settimeout(sock, ...)`.
 *
 * @function socket:settimeout
 * @tparam[opt] integer receive milliseconds, for receive and accept
 * @tparam[opt] integer send milliseconds, for send and connect
 * @raise `negative timeout`; "cannot sleep" in atomic context
 * @usage sock:settimeout(500)
 */
int luasocket_settimeout(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	long receive = connection_checktimeout(L, 2);
	long send = connection_checktimeout(L, 3);
	struct luasocket_use use;
	int err;

	err = luasocket_begin(L, socket, &use);
	if (!err) {
		lock_sock(use.sock->sk);
		WRITE_ONCE(use.sock->sk->sk_rcvtimeo, receive);
		WRITE_ONCE(use.sock->sk->sk_sndtimeo, send);
		release_sock(use.sock->sk);
	}
	luasocket_end(L, &use, err);
	return 0;
}

/***
 * Says whether a socket may be bound to a port that is left over from connections
 * which have ended, as a server wants it that is started again.
 *
 * Also spelled `socket.setreuseaddr(sock, ...)`.
 *
 * @function socket:setreuseaddr
 * @tparam[opt=true] boolean on
 * @raise "cannot sleep" in atomic context
 * @usage sock:setreuseaddr()
 */
int luasocket_setreuseaddr(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	bool on = lua_isnoneornil(L, 2) || lua_toboolean(L, 2);
	struct luasocket_use use;
	int err;

	err = luasocket_begin(L, socket, &use);
	if (!err) {
		lock_sock(use.sock->sk);
		use.sock->sk->sk_reuse = on ? SK_CAN_REUSE : SK_NO_REUSE;
		release_sock(use.sock->sk);
	}
	luasocket_end(L, &use, err);
	return 0;
}
