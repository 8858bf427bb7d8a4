-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Events that may have to wait (lunatik_event()). queue runs it.

local T = require("tests/harness")
local wait_for = require("tests/wait")
local completion = require("completion")
local control = require("control")
local data = require("data")
local device = require("device")
local fifo = require("fifo")
local linux = require("linux")
local queued = require("queued")
local rcu = require("rcu")

T.start("queue", true)

-- keeps the runtime in use, from other events, too
local function busy(ms)
	local start = linux.time()
	while linux.difftime(linux.time(), start) < ms * 1000000 do end -- luacheck: ignore 542
end

local function in_order(seen, n)
	if #seen ~= n then
		return false
	end
	for i = 1, n do
		if seen[i] ~= i then
			return false
		end
	end
	return true
end

local function counts(source)
	return table.concat({source:counts()}, " ")
end

local function counter(name)
	for _, runtime in ipairs(control.list()) do
		if runtime.name == "tests/serve-queue" then
			return runtime[name]
		end
	end
end

T.test("an event of a runtime that is in use is handled as soon as it is free", function()
	local seen, waited, before = {}, {}, counter("queued")
	local source = queued.source(function(n, queue)
		seen[#seen + 1], waited[#waited + 1] = n, queue
	end, 8)
	source:send(3)
	T.eq(#seen, 0)
	T.ok(wait_for(function() return #seen == 3 end), "they came")
	T.ok(in_order(seen, 3), "in order")
	T.eq(waited[1] and waited[2] and waited[3], true)
	T.eq(counts(source), "0 3 0")
	T.eq(counter("queued") - before, 3)
	source:stop()
end)

T.test("one that finds it free is handled at once", function()
	local seen, waited = {}, nil
	local source = queued.source(function(n, queue)
		seen[#seen + 1], waited = n, queue
	end, 8)
	source:start(1, 1000)
	T.ok(wait_for(function() return #seen == 1 end), "it came")
	T.eq(waited, false)
	T.eq(counts(source), "1 0 0")
	source:stop()
end)

T.test("what finds no room is lost, and counted; the rest keeps its order", function()
	local seen, before = {}, counter("lost")
	local source = queued.source(function(n) seen[#seen + 1] = n end, 4)
	source:send(10)
	T.ok(wait_for(function() return #seen == 4 end), "four came")
	T.ok(in_order(seen, 4), "the first four")
	T.eq(counts(source), "0 4 6")
	T.eq(counter("lost") - before, 6)
	source:stop()
end)

T.test("interrupts and waits: nothing is lost or out of order", function()
	local seen = {}
	local source = queued.source(function(n) seen[#seen + 1] = n end, 4096)
	source:start(2000, 100)
	for _ = 1, 20 do
		busy(5)
		linux.schedule(1)
	end
	T.ok(wait_for(function() return #seen == 2000 end), "all came")
	T.ok(in_order(seen, 2000), "in order")
	local ran, waits, lost = source:counts()
	T.eq(ran + waits, 2000)
	T.eq(lost, 0)
	T.ok(ran > 0, "some at once")
	T.ok(waits > 0, "some later")
	source:stop()
end)

T.test("a callback that causes its own event does not go on for ever", function()
	local calls, source = 0, nil
	source = queued.source(function()
		calls = calls + 1
		source:send(1)
	end, 8)
	source:send(1) -- waits; its own is an echo
	T.ok(wait_for(function() return calls > 0 end), "it came")
	linux.schedule(50)
	T.eq(calls, 1)
	source:start(1, 1000) -- at once; its own waits, and that one's is an echo
	T.ok(wait_for(function() return calls == 3 end), "both came")
	linux.schedule(50)
	T.eq(calls, 3)
	source:stop()
end)

T.test("what waits when its hook is stopped is forgotten", function()
	local calls = 0
	local source = queued.source(function() calls = calls + 1 end, 8)
	source:send(5)
	source:stop()
	linux.schedule(50)
	T.eq(calls <= 5, true)
	local after = calls
	linux.schedule(50)
	T.eq(calls, after)
end)

T.test("a callback that raises does not keep the next one from coming", function()
	local calls = 0
	local source = queued.source(function(n)
		calls = calls + 1
		error("event " .. n)
	end, 8)
	source:send(4)
	T.ok(wait_for(function() return calls == 4 end), "all four came")
	source:stop()
end)

T.test("a thousand errors in a row suspend a hook, until it is reset", function()
	local calls = 0
	local source = queued.source(function()
		calls = calls + 1
		error("always the same")
	end, 2048)
	source:send(1500)
	T.ok(wait_for(function() return counter("suspended") == 1 end), "suspended")
	T.eq(calls, 1000)
	source:send(10)
	linux.schedule(50)
	T.eq(calls, 1000)
	source:reset()
	T.eq(counter("suspended"), 0)
	source:send(1)
	T.ok(wait_for(function() return calls == 1001 end), "called again")
	source:stop()
	local last
	for _, line in ipairs(control.journal()) do
		if line.script == "tests/serve-queue" and line.text:find("always the same") then
			last = line
		end
	end
	T.ok(last, "its journal has the error")
	T.eq(last.level, "3")
end)

-- events under any lock

-- where interrupts nest deeply (User-Mode Linux) an event may wait for want of C stack
local function isolated(fn)
	local source = queued.isolated(fn, 64)
	source:start(1, 1000)
	T.ok(wait_for(function() local ran, waits = source:counts(); return ran + waits == 1 end), "it came")
	linux.schedule(20)
	local ran = source:counts()
	source:stop()
	return ran == 1
end

T.test("under any lock: what takes one is refused", function()
	local results = {}
	local table, buffer, queue = rcu.table(), data.new(8), fifo.new(64)
	local dev <close> = device.new({name = "t-queue"})
	isolated(function()
		local function try(name, fn, ...)
			local ok, message = pcall(fn, ...)
			results[name] = ok or message:match("may take locks") or message
		end
		try("new", data.new, 8)
		try("random", linux.random)
		try("kill", linux.kill, 1, 0)
		try("table", function() table.x = 1 end)
		try("require", require, "no such thing")
		try("wake", dev.wake, dev)
		try("get", function() return table.x end)
		try("data", buffer.setuint8, buffer, 0, 1)
		try("string", buffer.setstring, buffer, 0, "abc")
		try("fifo", queue.push, queue, "abc")
		try("time", linux.time)
		try("log", linux.log, "under a lock")
		try("print", print, "printed under a lock")
	end)
	for _, name in ipairs{"new", "random", "kill", "table", "require", "wake"} do
		T.eq(results[name], "may take locks", name)
	end
	for _, name in ipairs{"get", "data", "string", "fifo", "time", "log", "print"} do
		T.eq(results[name], true, name)
	end
	T.eq(buffer:getstring(0, 3), "abc")
end)

T.test("under any lock: finalizers wait for an entry that may take some", function()
	local called, inside = 0, nil
	local ran = isolated(function()
		for _ = 1, 10 do
			setmetatable({}, {__gc = function() called = called + 1 end})
		end
		collectgarbage()
		inside = called
	end)
	T.ok(inside == 0 or not ran, tostring(inside))
	collectgarbage()
	T.eq(called, 10)
end)

T.test("under any lock: complete() wakes a moment later", function()
	local done = completion.new()
	local source = queued.isolated(function() done:complete() end, 64)
	source:start(3, 1000)
	for _ = 1, 3 do
		T.eq(done:wait(2000), true)
	end
	source:stop()
end)

T.test("under any lock: memory comes from a reserve, which is made good", function()
	local kept, made, failed = {}, 0, 0 -- luacheck: ignore 241
	local source = queued.isolated(function(n)
		local ok = pcall(function()
			local t = {}
			for i = 1, 100 do
				t[i] = {}
			end
			kept[n] = t
		end)
		made, failed = made + (ok and 1 or 0), failed + (ok and 0 or 1)
	end, 64)
	source:start(100, 20000)
	T.ok(wait_for(function() return made + failed == 100 end), "a hundred came")
	T.eq(failed, 0)
	source:stop()
end)

T.test("under any lock: a request that the reserve cannot meet is an error", function()
	local small, huge
	isolated(function() small = pcall(string.rep, "x", 1 << 10) end)
	isolated(function() huge = pcall(string.rep, "x", 1 << 24) end)
	T.eq(small, true)
	T.eq(huge, false)
end)

T.test("a hundred sources at once, dropped: they go with the runtime", function()
	for _ = 1, 100 do
		queued.source(function() end, 4):start(100000, 10000)
	end
	T.ok(counter("hooks") >= 100, "hooks")
end)

return T.finish()
