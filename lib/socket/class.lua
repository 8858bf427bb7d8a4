-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- socket.class: what socket.inet, socket.inet6 and socket.unix have in common: a
-- Lua object around a socket whose addresses are text. Each gives a description:
--
--	family	of socket.af
--	pack	text to what the socket library takes as an address
--	unpack	and back; gets nil where there is no address
--	any	what "*" stands for in bind; nil: nothing
--	ports	whether an address has a port
--
-- The object's field `socket` is the socket itself, which has all other methods.

local socket = require("socket")

local base = {}
base.__index = base

function base:close()
	self.socket:close()
end

-- a block may have closed its variable itself: the socket's own __close knows
function base:__close()
	local _ <close> = self.socket
end

function base:totext(addr, port)
	local text = self.unpack(addr)
	if self.ports then
		return text, port
	end
	return text
end

-- the arguments of a socket's method; port, or what stands there, goes through
function base:topack(addr, ...)
	if addr == nil then
		return nil, ...
	end
	return self.pack(addr), ...
end

function base:send(message, ...)
	return self.socket:send(message, self:topack(...))
end

function base:receive(length, flags, from)
	if not from then
		return self.socket:receive(length, flags)
	end
	local message, addr, port = self.socket:receive(length, flags, true)
	return message, self:totext(addr, port)
end

function base:bind(addr, port)
	if addr == "*" and self.any then
		addr = self.any
	end
	if self.stream then	-- or a server could not be started again for a minute
		self.socket:setreuseaddr()
	end
	self.socket:bind(self:topack(addr, port))
end

function base:connect(addr, ...)
	self.socket:connect(self:topack(addr, ...))
end

function base:getsockname()
	return self:totext(self.socket:getsockname())
end

function base:getpeername()
	return self:totext(self.socket:getpeername())
end

function base:settimeout(...)
	self.socket:settimeout(...)
end

local function derive(parent, methods)
	methods.__index = methods
	methods.__close = base.__close
	return setmetatable(methods, parent)
end

-- a function that makes sockets of a type
local function maker(class, type, proto)
	return function(netns)
		local family = socket.af[class.family]
		return setmetatable({socket = socket.new(family, type, proto, netns)}, class)
	end
end

local class = {}

-- A class of stream sockets: `listen` and `accept` besides.
function class.stream(description, type, proto)
	local stream = derive(base, description)
	stream.stream = true

	function stream:listen(backlog)
		self.socket:listen(backlog)
	end

	function stream:accept(flags)
		return self.socket:accept(flags)
	end
	return maker(stream, type, proto)
end

-- A class of datagram sockets: `receivefrom` and `sendto` besides.
function class.datagram(description, type, proto)
	local datagram = derive(base, description)

	function datagram:receivefrom(length, flags)
		return self:receive(length, flags, true)
	end
	datagram.sendto = base.send
	return maker(datagram, type, proto)
end

return class
