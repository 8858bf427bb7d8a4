-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- skel: a timer that calls a function in softirq context. skel runs it.

local T = require("tests/harness")
local wait_for = require("tests/wait")
local linux = require("linux")
local skel = require("skel")

T.start("skel", true)

T.test("timer calls its function, with 1, 2, 3 ...", function()
	local seen = {}
	local counter <close> = skel.timer(10, function(n) seen[#seen + 1] = n end)
	T.ok(wait_for(function() return #seen >= 3 end), "called three times")
	local fired, missed = counter:count()
	T.ok(fired >= #seen, "count")
	T.eq(missed + #seen >= fired, true)
	for i = 2, #seen do
		T.ok(seen[i] > seen[i - 1], "counting up")
	end
end)

T.test("stop stops it for good; stopping twice does nothing", function()
	local calls = 0
	local counter = skel.timer(1, function() calls = calls + 1 end)
	T.ok(wait_for(function() return calls > 0 end), "called")
	T.eq(counter:stop(), true)
	local fired, before = counter:count(), calls
	linux.schedule(50)
	T.eq(counter:count(), fired)
	T.eq(calls, before)
	T.eq(counter:stop(), false)
end)

T.test("an error in the function is counted, and the timer goes on", function()
	local calls = 0
	local counter <close> = skel.timer(10, function()
		calls = calls + 1
		error("deliberate %n%s")
	end)
	T.ok(wait_for(function() return calls >= 2 end), "called twice")
	local _, missed = counter:count()
	T.ok(missed >= calls - 1, "missed " .. missed .. " of " .. calls)
end)

T.test("while the runtime is busy events are missed, not waited for", function()
	local counter <close> = skel.timer(1, function() end)
	local till = linux.time() + 50 * 1000000
	while linux.time() < till do end
	local fired, missed = counter:count()
	T.ok(fired > 0 and missed > 0, fired .. " fired, " .. missed .. " missed")
end)

T.test("what sleeps is refused inside", function()
	local message
	local counter <close> = skel.timer(5, function()
		local _, text = pcall(linux.schedule, 1)
		message = text
	end)
	T.ok(wait_for(function() return message end), "called " .. tostring(counter:count()))
	T.ok(tostring(message):find("sleep"), tostring(message))
end)

T.test("its function cannot make or stop a timer", function()
	local results
	local counter
	counter = skel.timer(5, function()
		results = {{pcall(skel.timer, 1, print)}, {pcall(counter.stop, counter)}}
	end)
	T.ok(wait_for(function() return results end), "called")
	T.eq(results[1][1], false)
	T.eq(results[2][1], false)
	T.eq(counter:stop(), true)
end)

T.test("arguments are checked", function()
	T.errfind("period out of range", skel.timer, 0, print)
	T.errfind("period out of range", skel.timer, -1, print)
	T.errfind("period out of range", skel.timer, 3600001, print)
	T.errfind("number expected", skel.timer)
	T.errfind("function expected", skel.timer, 1)
	T.errfind("function expected", skel.timer, 1, {})
end)

T.test("another runtime can count with it, but not stop it", function()
	local counter <close> = skel.timer(5, function() end)
	local rt <close> = require("lunatik").runtime("tests/count")
	T.ok(wait_for(function() return counter:count() > 0 end), "fired")
	local fired, stopped = rt:resume(counter)
	T.ok(fired > 0, "counted")
	T.eq(stopped, false)
	T.eq(counter:stop(), true)
end)

T.test("a hundred timers at once, dropped: they go with the runtime", function()
	for i = 1, 100 do
		skel.timer(i, function() end)
	end
	collectgarbage()
	T.eq(linux.schedule(20), 0)
end)

return T.finish()
