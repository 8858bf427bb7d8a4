-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- What notifier-fail does with too little memory: see tests/lib/fail.sh. A step may fail
-- for want of memory and for nothing else.

local device = require("device")
local notifier = require("notifier")

local function nop() end

-- the function needs memory, too; with enough of it, it is told of all devices
local function devices(netns)
	local seen = 0
	local _ <close> = notifier.netdevice(function(_, name)
		seen = seen + (name == "failing" and 1 or 0)
	end, netns)
	if seen ~= 2 then
		error("no memory, or not told of all devices", 0)
	end
end

local steps = {
	keyboard = function()
		local _ <close> = notifier.keyboard(nop)
	end,
	vterm = function()
		local _ <close> = notifier.vterm(nop)
	end,
	netdevice = function() devices() end,
	namespace = function() devices("/proc/1/ns/net") end,
}

local problem = "good"

local function memory(message)
	return message:find("memory", 1, true) or message:find("allocate", 1, true) or
		message:find("ENOMEM", 1, true) or message:find(": -12", 1, true) or
		message:find("see the kernel log", 1, true)
end

device.new({
	name = "t-fail", open = nop, release = nop,
	write = function(_, name)
		local ok, message = pcall(steps[name])
		if not ok and not memory(tostring(message)) then
			problem = name .. ": " .. tostring(message)
		end
		collectgarbage("step")
		if not ok then
			error(message, 0)
		end
	end,
	read = function(_, _, off) return off == 0 and problem .. "\n" or "" end,
})
