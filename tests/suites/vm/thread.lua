-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- thread: kernel threads that run a runtime's function, and how they end: by
-- themselves, asked to, or stopped wherever they are. thread, beside this, runs it.
-- Guards api-facts section 9 and trap T21.

local T = require("tests/harness")
local wait_for = require("tests/wait")
local data = require("data")
local linux = require("linux")
local lunatik = require("lunatik")
local runner = require("lunatik.runner")
local thread = require("thread")

T.start("thread", true)

local BODY <const> = "tests/thread/body"
local MS <const> = 1000000

-- A runtime whose thread will do what kind says, and its flags.
local function prepare(kind, ...)
	local flag, rt = data.new(64), lunatik.runtime(BODY)
	rt:resume(kind, flag, ...)
	return rt, flag
end

-- It runs when this returns.
local function start(kind, ...)
	local rt, flag = prepare(kind, ...)
	local t = thread.run(rt, "tests/body")
	T.ok(wait_for(function() return flag:getbyte(0) == 1 end), kind .. ": begun")
	return t, rt, flag
end

-- How many ms f takes.
local function took(f, ...)
	local before = linux.time()
	f(...)
	return linux.difftime(linux.time(), before) // MS
end

T.test("a thread runs the function of its runtime, without arguments", function()
	local t, rt, flag = start("arguments")
	T.ok(wait_for(function() return flag:getbyte(1) == 1 end), "ended")
	T.eq(flag:getbyte(2), 0)
	t:stop()
	rt:stop()
end)

T.test("shouldstop turns true when it is asked to stop", function()
	local t, rt, flag = start("obedient")
	linux.schedule(30)
	T.eq(flag:getbyte(1), 0, "runs until then")
	T.ok(took(t.stop, t) < 100, "in time")
	T.eq(flag:getbyte(1), 1, "came to its end")
	rt:stop()
end)

for _, kind in ipairs({
	"sleeps", "sleeps, uninterruptibly", "waits for a completion", "waits for a completion, with a timeout",
	"waits for a message", "waits for a connection", "waits for bytes", "waits until it can send",
	"waits for a datagram", "is deep in coroutines",
}) do
	T.test("stop ends a thread that " .. kind .. ", within 100 ms", function()
		local t, rt = start(kind)
		linux.schedule(20)
		local ms = took(t.stop, t)
		T.ok(ms < 100, ms .. " ms")
		ms = took(rt.stop, rt)
		T.ok(ms < 100, "runtime: " .. ms .. " ms")
	end)
	T.test("so does stop of its runtime: " .. kind, function()
		local t, rt = start(kind)
		linux.schedule(20)
		local ms = took(rt.stop, rt)
		T.ok(ms < 100, ms .. " ms")
		ms = took(t.stop, t)
		T.ok(ms < 100, "thread: " .. ms .. " ms")
	end)
end

for _, kind in ipairs({"catches what wakes it, and goes on", "never waits", "never waits, and catches"}) do
	T.test("stop ends a thread that " .. kind, function()
		local t, rt, flag = start(kind)
		local ms = took(t.stop, t)
		T.ok(ms < 1000, ms .. " ms")
		T.eq(flag:getbyte(1), 0)
		rt:stop()
	end)
	T.test("so does stop of its runtime: " .. kind, function()
		local t, rt = start(kind)
		local ms = took(rt.stop, rt)
		T.ok(ms < 1000, ms .. " ms")
		t:stop()
	end)
end

T.test("stop of a thread that has ended is clean, and twice", function()
	for _, kind in ipairs({"returns", "fails"}) do
		local t, rt = start(kind)
		linux.schedule(50)
		T.eq((pcall(t.stop, t)), true, kind .. ": once")
		T.eq((pcall(t.stop, t)), true, kind .. ": twice")
		rt:stop()
	end
end)

T.test("stop of a runtime whose thread has ended is clean", function()
	local t, rt = start("returns")
	linux.schedule(50)
	rt:stop()
	t:stop()
end)

T.test("a thread goes on without its handles", function()
	local flag = select(3, start("told"))
	collectgarbage()
	collectgarbage()
	linux.schedule(50)
	T.eq(flag:getbyte(1), 0, "goes on")
	flag:setbyte(3, 1)
	T.ok(wait_for(function() return flag:getbyte(1) == 1 end), "ended")
end)

T.test("task tells about it", function()
	local t, rt = start("obedient")
	local task = t:task()
	T.eq(type(task.pid), "number")
	T.eq(type(task.tgid), "number")
	T.eq(task.command, "tests/body")
	T.ok(task.cpu == nil or type(task.cpu) == "number", "cpu")
	T.ok(task.pid > 1 and task.tgid > 1, "numbers")
	t:stop()
	rt:stop()
end)

T.test("task of a thread that has ended", function()
	local t, rt = start("returns")
	linux.schedule(50)
	local ok, task = pcall(t.task, t)
	T.eq(type(task), ok and "table" or "string")
	t:stop()
	ok, task = pcall(t.task, t)
	T.eq(type(task), ok and "table" or "string")
	rt:stop()
end)

T.test("current, in a thread, is that thread", function()
	local rt, flag = prepare("describes")
	local t = thread.run(rt, "tests/current")
	T.ok(wait_for(function() return flag:getbyte(1) == 1 end), "ended")
	T.eq(flag:getstring(16):match("^%Z*"), "tests/current")
	T.ok(flag:getint64(8) > 1, "number")
	T.eq(flag:getbyte(2), 2, "shouldstop")
	t:stop()
	rt:stop()
end)

T.test("current, elsewhere, is whoever called", function()
	local task = thread.current():task()
	T.eq(task.command, "cat")
	pcall(function() thread.current():stop() end) -- warns, or raises an error
	T.eq(thread.current():task().command, "cat")
end)

T.test("shouldstop, elsewhere, is false", function()
	T.eq(thread.shouldstop(), false)
end)

T.test("a thread that stops itself", function()
	local rt, flag = prepare("stops itself")
	local t = thread.run(rt, "tests/itself")
	T.ok(wait_for(function() return flag:getbyte(0) == 1 end), "begun")
	local ms = took(t.stop, t)
	T.ok(ms < 1000, ms .. " ms")
	rt:stop()
end)

T.test("names are cut at 15 bytes, and are names", function()
	for _, name in ipairs({"%n%n%n%n%n%n%n%n%n%n", "%s%d%p", ("x"):rep(15), ("y"):rep(300), "a b\tc", "."}) do
		local rt <close> = prepare("obedient")
		local ok, t = pcall(thread.run, rt, name)
		if ok then
			T.eq(t:task().command, name:sub(1, 15))
			t:stop()
		else
			T.eq(type(t), "string")
		end
	end
end)

T.test("what cannot be a thread", function()
	local rt, flag = prepare("returns")
	local atomic <close> = lunatik.runtime("tests/thread/atomic", false)
	T.errfind("cannot use non-sleepable runtime in this context", thread.run, atomic, "tests/atomic")
	T.errfind("expected", thread.run)
	T.errfind("expected", thread.run, rt)
	T.errfind("expected", thread.run, rt, {})
	T.errfind("runtime expected", thread.run, data.new(1), "tests/data")
	T.errfind("runtime expected", thread.run, "tests/text", "tests/text")
	rt:stop()
	T.errfind("null-pointer dereference", thread.run, rt, "tests/stopped")
	T.eq(flag:getbyte(0), 0, "none of them ran")
end)

T.test("two threads of a runtime", function()
	local rt, flag = prepare("obedient")
	local a, b = thread.run(rt, "tests/a"), thread.run(rt, "tests/b")
	T.ok(wait_for(function() return flag:getbyte(0) == 1 end), "begun")
	T.ok(took(a.stop, a) < 100, "one stops")
	T.ok(took(b.stop, b) < 100, "the other stops")
	rt:stop()
end)

T.test("fifty threads, all of them stopped", function()
	local all = {}
	for i = 1, 50 do
		all[i] = {start("sleeps")}
	end
	local ms = took(function()
		for _, one in ipairs(all) do
			one[1]:stop()
			one[2]:stop()
		end
	end)
	T.ok(ms < 5000, ms .. " ms")
end)

T.test("200 that are stopped as soon as they were made", function()
	for i = 1, 200 do
		local rt = prepare(i % 2 == 0 and "sleeps" or "returns")
		local t = thread.run(rt, "tests/soon")
		if i % 3 == 0 then
			rt:stop()
			t:stop()
		else
			t:stop()
			rt:stop()
		end
	end
end)

T.test("work in a thread is done", function()
	local t, rt, flag = start("counts", 100000)
	T.ok(wait_for(function() return flag:getbyte(1) == 1 end), "ended")
	T.eq(flag:getint64(8), 100000)
	t:stop()
	rt:stop()
end)

T.test("spawn: the thread has the last two parts of the name", function()
	local t = runner.spawn("tests/thread/spawned.lua")
	T.eq(t:task().command, "thread/spawned")
	T.eq(lunatik._ENV.threads["tests/thread/spawned"]:task().command, "thread/spawned")
	T.ok(runner.list():find("tests/thread/spawned", 1, true), runner.list())
	local ms = took(runner.stop, "tests/thread/spawned")
	T.ok(ms < 200, ms .. " ms")
	T.eq(lunatik._ENV.threads["tests/thread/spawned"], nil)
	T.ok(not runner.list():find("spawned", 1, true), runner.list())
	runner.spawn("tests/thread/spawned")
	T.ok(pcall(runner.stop, "tests/thread/spawned.lua"))
	T.ok(not runner.list():find("spawned", 1, true), runner.list())
end)

return T.finish()
