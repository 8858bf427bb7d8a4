-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- What fib-fail does with too little memory: /dev/t-fail, where writing the name of
-- a step does it, and reading says "good" or what went wrong. A step may fail for want
-- of memory and with nothing else.

local device = require("device")
local fib = require("fib")
local lunatik = require("lunatik")

local function nop() end

local problem = "good"

-- of the allocations only one fails: what failed works the next time
local function again(fn, ...)
	local ok, message = pcall(fn, ...)
	if not ok and not pcall(fn, ...) then
		problem = "again: " .. tostring(message)
	end
	return ok, message
end

local steps = {
	rule = function()
		fib.newrule(5, 5)
		local ok, message = again(fib.delrule, 5, 5)
		if not ok then
			error(message, 0)
		end
	end,
	stop = function()
		lunatik.runtime("tests/fib-fail-rule"):stop()
		local made, message = again(fib.newrule, 6, 6)
		local deleted, other = again(fib.delrule, 6, 6)
		if not made or not deleted then
			error(message or other, 0)
		end
	end,
}

device.new({
	name = "t-fail", open = nop, release = nop,
	write = function(_, name)
		local ok, message = pcall(steps[name])
		local text = tostring(message)
		if not ok and not text:find("memory", 1, true) and not text:find("-12", 1, true) and
			not text:find("failed to allocate", 1, true) then
			problem = name .. ": " .. text
		end
		collectgarbage("step")
		if not ok then
			error(message, 0)
		end
	end,
	read = function(_, _, off) return off == 0 and problem .. "\n" or "" end,
})
