-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54, ignore 211/p 211/q
--
-- probe: every function as a script sees it. Somebody else calls getppid() a few
-- hundred times a second meanwhile. probe runs it.

local T = require("tests/harness")
local data = require("data")
local linux = require("linux")
local lunatik = require("lunatik")
local probe = require("probe")
local wait_for = require("tests/wait")

T.start("probe", true)

local BEAT <const> = "__x64_sys_getppid"
local GETPPID <const> = 110

-- Calls one of the kernel's functions itself, so that the runtime is in use.
local INSIDE <const> = "dev_get_by_name_rcu"

local function inside(times)
	for _ = 1, times do
		linux.ifindex("lo")
	end
end

T.test("pre is called with the symbol and a function", function()
	local seen = {}
	local p <close> = probe.new(BEAT, {pre = function(...) seen[#seen + 1] = table.pack(...) end})
	T.ok(wait_for(function() return #seen >= 3 end), "three times")
	T.eq(seen[1].n, 2)
	T.eq(seen[1][1], BEAT)
	T.eq(type(seen[1][2]), "function")
end)

T.test("post comes after pre, as often", function()
	local order = {}
	local function note(word)
		return function(symbol, dump)
			order[#order + 1] = word .. " " .. symbol .. " " .. type(dump)
		end
	end
	local p <close> = probe.new(BEAT, {pre = note("pre"), post = note("post")})
	T.ok(wait_for(function() return #order >= 6 end), "six")
	local first = order[1]:sub(1, 4) == "post" and 2 or 1
	T.eq(order[first], "pre " .. BEAT .. " function")
	T.eq(order[first + 1], "post " .. BEAT .. " function")
	T.eq(order[first + 2], "pre " .. BEAT .. " function")
end)

T.test("ret gets what the function returned", function()
	local seen
	local p <close> = probe.new(BEAT, {ret = function(...) seen = table.pack(...) end})
	T.ok(wait_for(function() return seen end), "called")
	T.eq(seen.n, 3)
	T.eq(seen[1], BEAT)
	T.eq(type(seen[2]), "number")
	T.ok(seen[2] > 0 and seen[2] < 1 << 22, tostring(seen[2]))
	T.eq(type(seen[3]), "function")
end)

T.test("all three at once", function()
	local seen = {}
	local function note(word) return function() seen[word] = true end end
	local p <close> = probe.new(BEAT, {pre = note("pre"), post = note("post"), ret = note("ret")})
	T.ok(wait_for(function() return seen.pre and seen.post and seen.ret end), "called")
end)

T.test("an address does as well, and is what the handler gets", function()
	local address, seen = linux.lookup(BEAT)
	local p <close> = probe.new(address, {pre = function(target) seen = target end})
	T.ok(wait_for(function() return seen end), "called")
	T.eq(type(seen), "userdata")
	T.eq(seen == address, true)
end)

-- Where the instructions of a function begin is not known: the kernel knows.
local function somewhere(symbol, handlers)
	for offset = 6, 40 do
		local target = ("%s+0x%x"):format(symbol, offset)
		local ok, p = pcall(probe.new, target, handlers)
		if ok then
			return p, target
		end
	end
end

T.test("in the middle of a function, where it takes a breakpoint", function()
	local pre, post = 0, 0
	local target
	local p <close>, where = somewhere(BEAT, {pre = function(symbol)
		pre = pre + 1
		target = symbol
	end, post = function() post = post + 1 end})
	T.ok(wait_for(function() return pre >= 3 and post >= 3 end), pre .. " pre, " .. post .. " post")
	T.eq(target, where)
end)

T.test("there with pre alone, so that the kernel would like to optimise it", function()
	local calls = 0
	local p <close> = somewhere(BEAT, {pre = function() calls = calls + 1 end})
	T.ok(wait_for(function() return calls >= 3 end), "called " .. calls)
	linux.schedule(500)
	local before = calls
	T.ok(wait_for(function() return calls > before end), "and later")
	T.eq(p:missed(), 0)
end)

T.test("what handlers return is ignored", function()
	local seen
	local p <close> = probe.new(BEAT, {pre = function() return 1, "x", true end,
		post = function() return -1 end, ret = function(_, value)
			seen = value
			return 0
		end})
	T.ok(wait_for(function() return seen end), "called")
	T.ok(seen > 0, "the function ran: " .. tostring(seen))
end)

T.test("no handlers at all: nothing happens", function()
	local p <close> = probe.new(BEAT, {})
	T.eq(linux.schedule(50), 0)
	T.eq(p:missed(), 0)
end)

T.test("stop stops it for good", function()
	local calls = 0
	local p = probe.new(BEAT, {pre = function() calls = calls + 1 end})
	T.ok(wait_for(function() return calls > 0 end), "called")
	T.eq(select("#", p:stop()), 0)
	local before = calls
	linux.schedule(50)
	T.eq(calls, before)
	T.errfind("null-pointer dereference", p.stop, p)
	T.errfind("null-pointer dereference", p.delete, p)
	T.errfind("null-pointer dereference", p.enable, p, true)
	T.errfind("null-pointer dereference", p.enable, p, false)
	T.eq(type(p:missed()), "number")
end)

T.test("delete is another name of it", function()
	local p = probe.new(BEAT, {})
	p:delete()
	T.errfind("null-pointer dereference", p.stop, p)
end)

T.test("a probe that is stopped may be a variable to be closed", function()
	local p <close> = probe.new(BEAT, {})
	p:stop()
end)

local function switches(make)
	local calls = 0
	local p <close> = make(function() calls = calls + 1 end)
	T.ok(wait_for(function() return calls > 0 end), "on")
	p:enable(true)
	p:enable(false)
	p:enable(false)
	linux.schedule(20) -- what waited
	local before = calls
	linux.schedule(50)
	T.eq(calls, before)
	p:enable(true)
	T.ok(wait_for(function() return calls > before end), "on again")
	p:enable(false)
end

T.test("enable switches it off and on", function()
	switches(function(fn) return probe.new(BEAT, {pre = fn}) end)
	switches(function(fn) return probe.new(BEAT, {ret = fn}) end)
	switches(function(fn) return probe.new(BEAT, {pre = fn, ret = fn}) end)
	switches(function(fn) return probe.tracepoint("sys_enter", fn) end)
	local p <close> = probe.new(BEAT, {})
	T.errfind("value expected", p.enable, p)
end)

T.test("two probes at one place, and one of them goes", function()
	local first, second = 0, 0
	local p = probe.new(BEAT, {pre = function() first = first + 1 end})
	local q <close> = probe.new(BEAT, {pre = function() second = second + 1 end})
	T.ok(wait_for(function() return first > 0 and second > 0 end), "both")
	p:stop()
	first = second
	T.ok(wait_for(function() return second > first end), "the other")
end)

T.test("dump is for its handler", function()
	local kept, inner
	local p <close> = probe.new(BEAT, {pre = function(_, dump)
		kept = kept or {pcall(dump)}
		inner = dump
	end})
	T.ok(wait_for(function() return kept end), "called")
	T.eq(kept[1], true, kept[2])
	T.errfind("its handler is over", inner)
	p:stop()
	T.errfind("its handler is over", inner)
end)

T.test("dump after an error in its handler is over, too", function()
	local inner
	local p <close> = probe.new(BEAT, {pre = function(_, dump)
		inner = dump
		error("deliberate")
	end})
	T.ok(wait_for(function() return inner end), "called")
	p:stop()
	T.errfind("its handler is over", inner)
end)

T.test("what the kernel does not know is an error that names it", function()
	T.errfind("failed to register probe (-2) on nosuch_function", probe.new, "nosuch_function", {})
	T.errfind("failed to register probe (-2) on %n%s%d%p", probe.new, "%n%s%d%p", {})
	T.errfind("failed to register probe (-2) on " .. ("x"):rep(400), probe.new, ("x"):rep(400), {})
	T.errfind("failed to register probe (-2) on nosuch+0x4", probe.new, "nosuch+0x4", {})
	T.errfind("failed to register probe (-22)", probe.new, linux.lookup("nosuch_function"), {})
	T.errfind("on " .. BEAT .. "+1", probe.new, BEAT .. "+1", {pre = print}) -- within an instruction
	T.errfind("failed to register probe (-", probe.new, BEAT .. "+0x7fffffff", {})
end)

T.test("what is no name is told so", function()
	for _, name in ipairs{"a b", "a\n", "a\0b", "\255", "\27[m"} do
		T.errfind("symbol has a character that no name has", probe.new, name, {})
		T.errfind("name has a character that no name has", probe.tracepoint, name, print)
	end
	T.errfind("symbol of 1 to 511 characters expected", probe.new, "", {})
	T.errfind("symbol of 1 to 511 characters expected", probe.new, ("x"):rep(512), {})
	for _, offset in ipairs{"+", "+x", "+-1", "+0x", "+1+1", "+0x100000000"} do
		T.errfind("bad offset", probe.new, BEAT .. offset, {})
	end
end)

T.test("arguments are checked", function()
	T.errfind("string expected", probe.new)
	T.errfind("string expected", probe.new, {}, {})
	T.errfind("table expected", probe.new, BEAT)
	T.errfind("table expected", probe.new, BEAT, print)
	T.errfind("bad field 'pre' (function expected, got number)", probe.new, BEAT, {pre = 1})
	T.errfind("bad field 'post' (function expected, got string)", probe.new, BEAT, {post = "x"})
	T.errfind("bad field 'ret' (function expected, got boolean)", probe.new, BEAT, {ret = false})
	T.errfind("probe expected", probe.new(BEAT, {}).stop, data.new(1))
	T.errfind("function expected", probe.tracepoint, "sched_switch")
	T.errfind("function expected", probe.tracepoint, "sched_switch", {})
	T.errfind("count out of range", probe.tracepoint, "sched_switch", print, -1)
	T.errfind("count out of range", probe.tracepoint, "sched_switch", print, 6)
	T.errfind("number expected", probe.tracepoint, "sched_switch", print, "x")
end)

T.test("Lunatik's own code cannot be probed", function()
	for _, symbol in ipairs{"lunatik_call", "lunatik_event", "lunatik_putobject", "probe_fire",
			"luadevice_read", "luadata_new"} do
		if linux.lookup(symbol) ~= linux.lookup("nosuch_function") then
			T.errfind(symbol .. ": it is a part of Lunatik", probe.new, symbol, {pre = print})
			T.errfind("it is a part of Lunatik", probe.new, symbol, {ret = print})
			T.errfind("it is a part of Lunatik", probe.new, linux.lookup(symbol), {pre = print})
		end
	end
	T.errfind("failed to register probe (-1) on lunatik_call", probe.new, "lunatik_call", {})
end)

T.test("what sleeps is refused in a handler", function()
	local errors, own
	local p <close> = probe.new(BEAT, {pre = function()
		errors = errors or own and {
			select(2, pcall(linux.schedule, 1)),
			select(2, pcall(probe.new, BEAT, {})),
			select(2, pcall(probe.tracepoint, "sched_switch", print)),
			select(2, pcall(own.stop, own)),
			select(2, pcall(own.enable, own, false)),
			select(2, pcall(lunatik.runtime, "tests/count")),
		}
	end})
	own = p
	T.ok(wait_for(function() return errors end), "called")
	T.eq(#errors, 6)
	for i = 1, 6 do
		T.ok(tostring(errors[i]):find(i == 4 and "unregister itself" or "sleep"), i .. ": " .. tostring(errors[i]))
	end
end)

T.test("hits that find the runtime in use wait, 256 of them; the others are missed", function()
	local calls = 0
	local p <close> = probe.new(INSIDE, {pre = function() calls = calls + 1 end})
	inside(1000)
	T.eq(calls, 0)
	T.eq(p:missed(), 744)
	T.ok(wait_for(function() return calls >= 256 end), "handled")
	T.eq(calls, 256)
	T.eq(p:missed(), 744)
end)

T.test("those that waited have registers to dump, and the order they came in", function()
	local seen, dumped = {}
	local p <close> = probe.new(INSIDE, {pre = function(_, dump)
		seen[#seen + 1] = "pre"
		dumped = dumped or {pcall(dump)}
	end, ret = function() seen[#seen + 1] = "ret" end})
	inside(3)
	T.ok(wait_for(function() return #seen >= 6 end), "handled")
	T.eq(dumped[1], true, dumped[2])
	local pre = 0
	for _, word in ipairs(seen) do
		pre = pre + (word == "pre" and 1 or 0)
	end
	T.eq(pre, 3)
	T.eq(p:missed(), 0)
end)

T.test("hits that wait are dropped when the probe is stopped", function()
	local calls = 0
	local p = probe.new(INSIDE, {pre = function() calls = calls + 1 end})
	inside(10)
	p:stop()
	local before = calls
	linux.schedule(50)
	T.eq(calls, before)
end)

T.test("what a handler drops is freed elsewhere", function()
	local kept, done = {}
	for i = 1, 50 do
		kept[i] = data.new(64)
	end
	local p <close> = probe.new(BEAT, {pre = function()
		if kept then
			kept, done = nil, true
			collectgarbage()
		end
	end})
	T.ok(wait_for(function() return done end), "called")
end)

T.test("a tracepoint is called with its name, and with nothing that nobody asked for", function()
	local seen
	local p <close> = probe.tracepoint("sched_switch", function(...) seen = table.pack(...) end)
	T.ok(wait_for(function() return seen end), "called")
	T.eq(seen.n, 1)
	T.eq(seen[1], "sched_switch")
end)

T.test("a tracepoint's arguments are integers, as many as are asked for", function()
	local numbers, n = {}, nil
	local p <close> = probe.tracepoint("sys_enter", function(...)
		n = select("#", ...)
		local _, regs, number = ...
		numbers[number] = type(regs)
	end, 2)
	T.ok(wait_for(function() return numbers[GETPPID] end), "getppid")
	T.eq(n, 3)
	T.eq(numbers[GETPPID], "number")
end)

T.test("a tracepoint of a module", function()
	local calls = 0
	local p <close> = probe.tracepoint("9p_client_req", function() calls = calls + 1 end)
	T.eq(p:missed(), 0)
	T.ok(wait_for(function() return calls > 0 end), "called")
end)

T.test("a tracepoint that is not there, or is no longer wanted", function()
	T.errfind("failed to register probe (-2) on nosuch", probe.tracepoint, "nosuch", print)
	T.errfind("failed to register probe (-2) on sched:sched_switch", probe.tracepoint,
		"sched:sched_switch", print)
	local calls = 0
	local p = probe.tracepoint("sched_switch", function() calls = calls + 1 end)
	T.ok(wait_for(function() return calls > 0 end), "called")
	p:stop()
	local before = calls
	linux.schedule(50)
	T.eq(calls, before)
	T.errfind("null-pointer dereference", p.stop, p)
	T.errfind("null-pointer dereference", p.enable, p, true)
end)

T.test("a tracepoint has no dump to give, and what it sets off itself is missed", function()
	local calls, kind, last = 0, nil, nil
	local p <close> = probe.tracepoint("kmem_cache_alloc", function(...)
		calls = calls + 1
		kind = type(select(select("#", ...), ...))
		for i = 1, 50 do
			last = {i, last and last[1]}
		end
	end)
	T.ok(wait_for(function() return calls > 3 end), "called")
	T.eq(kind, "string")
end)

T.test("a probe stays in its runtime", function()
	local p <close> = probe.new(BEAT, {})
	local rt <close> = lunatik.runtime("tests/count")
	T.eq(pcall(rt.resume, rt, p), false)
end)

T.test("a runtime that never sleeps cannot have the library", function()
	T.errfind("non-sleepable runtime", lunatik.runtime, "tests/probe/never", false)
end)

-- the kernel remembers wrongly how it is armed, if one with a post handler comes second
T.test("probes of all kinds at one function come and go in any order", function()
	local function counting(kind)
		local counter = {n = 0}
		counter.probe = probe.new(BEAT, {[kind] = function() counter.n = counter.n + 1 end})
		return counter
	end
	local function counts(counter)
		local before = counter.n
		return wait_for(function() return counter.n > before end)
	end
	for _, order in ipairs{{"pre", "post", "ret"}, {"ret", "post", "pre"}, {"post", "pre", "post"}} do
		for leaves = 1, 3 do
			local there = {}
			for i, kind in ipairs(order) do
				there[i] = counting(kind)
				T.ok(counts(there[i]), kind .. " counts")
			end
			there[leaves].probe:stop()
			local gone = table.remove(there, leaves).n
			for _, counter in ipairs(there) do
				T.ok(counts(counter), "one that stays counts")
				counter.probe:enable(false)
				counter.probe:enable(true)
				T.ok(counts(counter), "and does so again")
			end
			for _, counter in ipairs(there) do
				counter.probe:stop()
			end
			T.ok(gone > 0, "it had counted")
		end
	end
end)

T.test("a hundred probes, dropped: they go with the runtime", function()
	for _ = 1, 100 do
		probe.new(BEAT, {pre = function() end})
	end
	collectgarbage()
	T.eq(linux.schedule(20), 0)
end)

return T.finish()
