-- SPDX-License-Identifier: MIT OR GPL-2.0-only

--- IPv4 sockets whose addresses are text.
--
-- `inet.tcp()` and `inet.udp()` make objects with the methods of a socket (close,
-- send, receive, bind, connect, getsockname, getpeername, settimeout; a tcp also
-- listen and accept; a udp also sendto and receivefrom) that take and give
-- addresses as "127.0.0.1". The field `socket` is the socket itself.
--
-- * `bind("*", port)` binds to all addresses
-- * `accept` returns a plain socket, with addresses as integers
-- * `receivefrom(length [, flags])` is `receive(length, flags, true)`: it returns the
--   message, the sender's address and port; `sendto` is `send`
-- * a tcp may be bound to a port that is left over from ended connections
-- * a variable declared `<close>` is closed at the end of its block
--
-- @module socket.inet

local socket = require("socket")
local class = require("socket.class")
local net = require("net")

local function description()
	return {
		family = "INET", ports = true, any = "0.0.0.0", pack = net.aton,
		unpack = function(ip) return ip and net.ntoa(ip) end,
	}
end

local inet = {}

--- The address of this machine to itself.
inet.localhost = "127.0.0.1"

--- Creates a TCP socket.
-- @function tcp
-- @param[opt] netns the network namespace; see `socket.new`
-- @treturn tcp
-- @raise the errno, as an integer; methods raise what those of a socket do, and
--   `'...' is not an IPv4 address`. Entries that may sleep only
-- @usage local server <close> = inet.tcp() server:bind(inet.localhost, 1337) server:listen()
inet.tcp = class.stream(description(), socket.sock.STREAM, socket.ipproto.TCP)

--- Creates a UDP socket.
-- @function udp
-- @param[opt] netns the network namespace; see `socket.new`
-- @treturn udp
-- @raise as `tcp`
-- @usage local udp <close> = inet.udp() udp:send("hello", inet.localhost, 1337)
inet.udp = class.datagram(description(), socket.sock.DGRAM, socket.ipproto.UDP)

return inet
