-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- resume(kind, flag, ...) chooses what the thread does. The first byte of flag says
-- that it has begun, the second that it has come to its end by itself; the third is
-- for what it found out.

local completion = require("completion")
local fifo = require("fifo")
local linux = require("linux")
local mailbox = require("mailbox")
local inet = require("socket.inet")
local thread = require("thread")

local bodies = {}

function bodies.returns() end

function bodies.fails()
	error("told to %n fail")
end

function bodies.obedient()
	while not thread.shouldstop() do
		linux.schedule(10)
	end
end

function bodies.told(flag)
	while flag:getbyte(3) == 0 do
		linux.schedule(10)
	end
end

function bodies.sleeps()
	linux.schedule()
end

bodies["sleeps, uninterruptibly"] = function()
	linux.schedule(3600000, linux.task.UNINTERRUPTIBLE)
end

bodies["waits for a completion"] = function()
	completion.new():wait()
end

bodies["waits for a completion, with a timeout"] = function()
	completion.new():wait(3600000)
end

bodies["waits for a message"] = function()
	mailbox.inbox(fifo.new(4096)):receive()
end

bodies["waits for a connection"] = function()
	local server <close> = inet.tcp()
	server:bind(inet.localhost, 0)
	server:listen()
	server:accept()
end

bodies["waits for bytes"] = function()
	local server <close> = inet.tcp()
	server:bind(inet.localhost, 0)
	server:listen()
	local client <close> = inet.tcp()
	client:connect(server:getsockname())
	local session <close> = server:accept()
	session:receive(100)
end

bodies["waits until it can send"] = function()
	local server <close> = inet.tcp()
	server:bind(inet.localhost, 0)
	server:listen()
	local client <close> = inet.tcp()
	client:connect(server:getsockname())
	local session <close> = server:accept()
	while not thread.shouldstop() do
		session:send(("x"):rep(65536))
	end
end

bodies["waits for a datagram"] = function()
	local socket <close> = inet.udp()
	socket:bind(inet.localhost, 0)
	socket:receive(100)
end

bodies["catches what wakes it, and goes on"] = function()
	while true do
		pcall(linux.schedule, 3600000)
	end
end

bodies["never waits"] = function()
	while true do end
end

bodies["never waits, and catches"] = function()
	while true do
		pcall(function() while true do end end)
	end
end

bodies["is deep in coroutines"] = function()
	local function deeper(n)
		if n == 0 then
			linux.schedule()
		else
			coroutine.wrap(deeper)(n - 1)
		end
	end
	deeper(5)
end

function bodies.describes(flag)
	local task = thread.current():task()
	flag:setint64(8, task.pid)
	flag:setstring(16, task.command .. "\0")
	flag:setbyte(2, thread.shouldstop() and 1 or 2)
end

function bodies.counts(flag, n)
	for _ = 1, n do
		flag:setint64(8, flag:getint64(8) + 1)
	end
end

bodies["stops itself"] = function(flag)
	local ok = pcall(function() thread.current():stop() end)
	flag:setbyte(2, ok and 1 or 2)
end

function bodies.arguments(flag, ...)
	flag:setbyte(2, select("#", ...))
end

return function(kind, flag, ...)
	local values = table.pack(...)
	return function(...)
		flag:setbyte(0, 1)
		if kind == "arguments" then
			bodies.arguments(flag, ...)
		else
			bodies[kind](flag, table.unpack(values))
		end
		flag:setbyte(1, 1)
	end
end
