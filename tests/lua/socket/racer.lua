-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A thread that does anything with the socket that lunatik._ENV has now, until it is
-- stopped.

local env = require("lunatik")._ENV
local linux = require("linux")
local socket = require("socket")
local thread = require("thread")

local calls = {
	function(s) s:receive(100) end,
	function(s) s:receive(100, socket.msg.DONTWAIT, true) end,
	function(s) s:send("x", s:getsockname()) end,
	function(s) s:settimeout(linux.random(1, 5)) end,
	function(s) s:getpeername() end,
	function(s) if linux.random(50) == 1 then s:close() end end,
}

return function()
	while not thread.shouldstop() do
		local s = env.racing
		if s then
			pcall(calls[linux.random(#calls)], s)
		end
		linux.schedule(0)
	end
end
