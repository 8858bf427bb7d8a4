-- SPDX-License-Identifier: MIT OR GPL-2.0-only

--- Unix sockets.
--
-- As `socket.inet`, with paths instead of addresses and ports: `bind(path)`,
-- `connect(path [, flags])`, `send(message [, path [, flags]])`. A path that begins with
-- "@" is an abstract name: it has no file, and is free again when its socket is closed.
-- A file stays. "" is the name of a socket that has none. `accept` returns a plain
-- socket, with "\0" where the "@" is here.
--
-- @module socket.unix

local socket = require("socket")
local class = require("socket.class")

local function description()
	return {
		family = "UNIX",
		pack = function(path)
			return type(path) == "string" and path:gsub("^@", "\0") or path
		end,
		unpack = function(path) return (path:gsub("^\0", "@")) end,
	}
end

local unix = {}

--- Creates a stream socket.
-- @function stream
-- @param[opt] netns the network namespace, for abstract names; see `socket.new`
-- @treturn stream
-- @raise the errno, as an integer; methods raise what those of a socket do. Entries
--   that may sleep only
-- @usage local server <close> = unix.stream() server:bind("@echo") server:listen()
unix.stream = class.stream(description(), socket.sock.STREAM)

--- Creates a datagram socket.
-- @function dgram
-- @param[opt] netns the network namespace, for abstract names; see `socket.new`
-- @treturn dgram
-- @raise as `stream`
-- @usage local unix <close> = unix.dgram() unix:send("hello", "/dev/log")
unix.dgram = class.datagram(description(), socket.sock.DGRAM)

--- Creates a socket for messages on a connection.
-- @function seqpacket
-- @param[opt] netns the network namespace, for abstract names; see `socket.new`
-- @treturn stream
-- @raise as `stream`
-- @usage local client <close> = unix.seqpacket() client:connect("@echo")
unix.seqpacket = class.stream(description(), socket.sock.SEQPACKET)

return unix
