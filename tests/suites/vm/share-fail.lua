-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- What share-fail does with too little memory: see tests/lib/fail.sh. A step may fail
-- for want of memory and for nothing else.

local data = require("data")
local device = require("device")
local lunatik = require("lunatik")
local rcu = require("rcu")
local thread = require("thread")

local function nop() end

local kept = rcu.table(8)
kept.kept = "still here"
local peer = lunatik.runtime("tests/share-peer")
local object = data.new(10)

local steps = {
	table = function()
		local t = rcu.table(512)
		t.key = 42
		assert(t.key == 42)
	end,
	entry = function()
		kept.entry = ("v"):rep(5000)
		assert(#kept.entry == 5000)
		kept.entry = nil
	end,
	object = function()
		kept.object = object
		assert(#kept.object == 10)
		kept.object = nil
	end,
	map = function()
		local n = 0
		rcu.map(kept, function() n = n + 1 end)
		assert(n >= 1)
	end,
	runtime = function()
		local rt <close> = lunatik.runtime("tests/share-peer")
		assert(rt:resume(7) == 7)
	end,
	resume = function()
		local text, back, number = peer:resume(("t"):rep(5000), object, 42)
		assert(#text == 5000 and #back == 10 and number == 42)
	end,
	thread = function()
		local t = thread.run(peer, "share")
		t:stop()
	end,
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
		if kept.kept ~= "still here" then
			problem = "an entry is lost after " .. tostring(message)
		end
		collectgarbage("step")
		if not ok then
			error(message, 0)
		end
	end,
	read = function(_, _, off) return off == 0 and problem .. "\n" or "" end,
})
