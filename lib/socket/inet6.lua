-- SPDX-License-Identifier: MIT OR GPL-2.0-only

--- IPv6 sockets whose addresses are text.
--
-- As `socket.inet`, with addresses as "::1"; a link-local one names its interface by
-- the index: "fe80::1%2". `accept` returns a plain socket, with addresses of 16 bytes.
--
-- @module socket.inet6

local socket = require("socket")
local class = require("socket.class")
local net = require("net")

local function description()
	return {
		family = "INET6", ports = true, any = "::", pack = net.aton6,
		unpack = function(bytes) return bytes and net.ntoa6(bytes) end,
	}
end

local inet6 = {}

--- The address of this machine to itself.
inet6.localhost = "::1"

--- Creates a TCP socket.
-- @function tcp
-- @param[opt] netns the network namespace; see `socket.new`
-- @treturn tcp
-- @raise the errno, as an integer; methods raise what those of a socket do, and
--   `'...' is not an IPv6 address`. Entries that may sleep only
-- @usage local server <close> = inet6.tcp() server:bind("*", 1337) server:listen()
inet6.tcp = class.stream(description(), socket.sock.STREAM, socket.ipproto.TCP)

--- Creates a UDP socket.
-- @function udp
-- @param[opt] netns the network namespace; see `socket.new`
-- @treturn udp
-- @raise as `tcp`
-- @usage local udp <close> = inet6.udp() udp:send("hello", inet6.localhost, 1337)
inet6.udp = class.datagram(description(), socket.sock.DGRAM, socket.ipproto.UDP)

return inet6
