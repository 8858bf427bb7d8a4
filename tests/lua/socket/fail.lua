-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- /dev/t-socket: a write makes a connection, sends something through it and closes
-- all; what fails is caught. A read says whether it would work now.

local device = require("device")
local inet = require("socket.inet")

local function nop() end

local function cycle()
	local server <close> = inet.tcp()
	server:bind(inet.localhost, 1450)
	server:listen()
	local client <close> = inet.tcp()
	client:connect(inet.localhost, 1450)
	local session <close> = server:accept()
	client:send("hello")
	session:settimeout(1000)
	return (session:receive(10))
end

device.new{
	name = "t-socket", open = nop, release = nop,
	write = function() pcall(cycle) end,
	read = function(_, _, off)
		return off == 0 and cycle() or ""
	end,
}
