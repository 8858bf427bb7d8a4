-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 2.5 and 6.1: collectgarbage and finalisers. The dialect counts memory
-- in bytes, as one integer.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

-- Run a function so that its temporaries are gone when it has returned.
local function gone(fn)
	fn()
	collectgarbage()
	collectgarbage()
end

local function finalised(name, log)
	return setmetatable({}, {__gc = function() log[#log + 1] = name end})
end

test("options and their results", function()
	lines [[
collectgarbage()			--> 0
collectgarbage("collect")		--> 0
collectgarbage(nil)			--> 0
collectgarbage("isrunning")		--> true
type(collectgarbage("count"))		--> "number"
select("#", collectgarbage("count"))	--> 1
collectgarbage("stop")			--> 0
collectgarbage("restart")		--> 0
type(collectgarbage("step"))		--> "boolean"
type(collectgarbage("step", 100))	--> "boolean"
collectgarbage("nope")	--! bad argument #1 to 'collectgarbage' (invalid option 'nope')
collectgarbage("")	--! bad argument #1 to 'collectgarbage' (invalid option '')
collectgarbage({})	--! bad argument #1 to 'collectgarbage' (string expected, got table)
collectgarbage("step", "x")	--! bad argument #2 to 'collectgarbage' (number expected, got string)
]]
end)

test("stop and restart", function()
	eq(collectgarbage("isrunning"), true)
	collectgarbage("stop")
	eq(collectgarbage("isrunning"), false)
	collectgarbage("restart")
	eq(collectgarbage("isrunning"), true)
end)

test("count is an integer number of bytes", function()
	collectgarbage()
	local before = collectgarbage("count")
	T.ok(before > 8000, "a state takes more than 8 kB: " .. before)
	eq(math.tointeger(before), before)
	local keep = ("x"):rep(100000) .. "y"
	local after = collectgarbage("count")
	T.ok(after - before >= 100000, "a 100 kB string counts")
	T.ok(after - before < 1000000, "in bytes")
	eq(#keep, 100001)
	collectgarbage("stop")
	before = collectgarbage("count")
	keep = ("x"):rep(300)
	after = collectgarbage("count")
	collectgarbage("restart")
	T.ok(after - before >= 300 and after - before < 1000, "not in steps of 1024: "
		.. after - before .. " for " .. #keep)
end)

test("garbage is collected", function()
	collectgarbage()
	local before = collectgarbage("count")
	gone(function()
		local t = {}
		for i = 1, 1000 do
			t[i] = {i}
		end
	end)
	T.ok(collectgarbage("count") - before < 5000, "1000 tables are gone")
end)

test("a running collector keeps a garbage loop flat", function()
	collectgarbage()
	local before = collectgarbage("count")
	local peak = 0
	for i = 1, 20000 do
		local t = {i, {i}}
		if i % 1000 == 0 then
			peak = math.max(peak, collectgarbage("count"))
		end
	end
	T.ok(peak - before < 2000000, "peak " .. peak - before)
end)

test("steps finish a cycle", function()
	local mode = collectgarbage("incremental")
	local log = {}
	(function() finalised("x", log) end)()
	local n = 0
	repeat
		n = n + 1
	until collectgarbage("step", 10) or n > 10000
	collectgarbage(mode)
	T.ok(n <= 10000, "some step reports the end of a cycle")
	collectgarbage()
	eq(#log, 1)
end)

test("generational and incremental modes", function()
	local initial = collectgarbage("incremental")
	eq(collectgarbage("generational"), "incremental")
	eq(collectgarbage("generational"), "generational")
	local log = {}
	gone(function() finalised("gen", log) end)
	eq(log[1], "gen")
	local t = {}
	for i = 1, 2000 do
		t[i % 10] = {i, tostring(i)}
	end
	eq(t[0][1], 2000)
	eq(collectgarbage("incremental"), "generational")
	eq(collectgarbage("incremental", 200, 100, 13), "incremental")
	eq(type(collectgarbage("setpause", 200)), "number")
	eq(collectgarbage("setpause", 200), 200)
	eq(type(collectgarbage("setstepmul", 100)), "number")
	eq(collectgarbage("setstepmul", 100), 100)
	collectgarbage(initial)
end)

test("finalisers run, in the reverse order of marking", function()
	local log = {}
	gone(function()
		collectgarbage("stop")	-- a cycle that ends meanwhile would take some of them
		for i = 1, 5 do
			finalised(i, log)
		end
		collectgarbage("restart")
	end)
	eq(table.concat(log, " "), "5 4 3 2 1")
	gone(function() end)
	eq(#log, 5, "once")
end)

test("an object is marked when its metatable is set with a __gc", function()
	local log = {}
	local mt = {}
	gone(function() setmetatable({}, mt) mt.__gc = function() log[1] = "late" end end)
	eq(#log, 0)
	mt.__gc = true
	gone(function()
		setmetatable({}, mt)
		mt.__gc = function() log[1] = "later" end
	end)
	eq(log[1], "later", "the value at collection time counts")
	log[1] = nil
	mt.__gc = "no function"
	gone(function() setmetatable({}, mt) end)
	eq(#log, 0, "a non-function is ignored")
end)

test("a finaliser gets its object", function()
	local got
	gone(function()
		setmetatable({name = "it"}, {__gc = function(o) got = o.name end})
	end)
	eq(got, "it")
end)

test("reachable objects are not finalised", function()
	local log = {}
	local keep = finalised("kept", log)
	local indirect = {finalised("inner", log)}
	collectgarbage()
	eq(#log, 0)
	keep, indirect = nil, nil
	collectgarbage()
	eq(#log, 2)
end)

test("cycles are collected", function()
	local log = {}
	gone(function()
		local a, b = finalised("a", log), finalised("b", log)
		a.other, b.other = b, a
		local c = finalised("c", log)
		c.self = c
	end)
	eq(#log, 3)
end)

test("resurrection: finalised once, unless marked again", function()
	local saved
	local count = 0
	local mt = {}
	mt.__gc = function(o)
		count = count + 1
		saved = o
	end
	gone(function() setmetatable({v = 42}, mt) end)
	eq(count, 1)
	eq(saved.v, 42)
	saved = nil
	collectgarbage()
	eq(count, 1, "not a second time")
	gone(function() setmetatable({v = 43}, mt) end)
	eq(count, 2)
	setmetatable(saved, mt)
	saved = nil
	collectgarbage()
	eq(count, 3, "marked again, finalised again")
	saved = nil
end)

test("an error in a finaliser is only a warning", function()
	warn("@off")
	local log = {}
	gone(function()
		finalised("before", log)
		setmetatable({}, {__gc = function() error("in gc") end})
		finalised("after", log)
	end)
	vals('2, "after", "before"', #log, log[1], log[2])
end)

test("finalisers may allocate and create objects", function()
	local out
	local log = {}
	gone(function()
		setmetatable({}, {__gc = function()
			out = {}
			for i = 1, 100 do
				out[i] = tostring(i)
			end
			finalised("child", log)
		end})
	end)
	eq(#out, 100)
	collectgarbage()
	eq(log[1], "child")
end)

test("a finaliser cannot yield", function()
	warn("@off")
	local msg
	local co = coroutine.wrap(function()
		gone(function()
			setmetatable({}, {__gc = function()
				local _, e = pcall(coroutine.yield, 1)
				msg = e
			end})
		end)
		return "end"
	end)
	eq(co(), "end")
	eq(msg, "attempt to yield across a C-call boundary")
end)

test("a collection inside a finaliser does not recurse", function()
	local depth, deepest = 0, 0
	local r
	gone(function()
		for _ = 1, 3 do
			setmetatable({}, {__gc = function()
				depth = depth + 1
				deepest = math.max(deepest, depth)
				r = collectgarbage()
				depth = depth - 1
			end})
		end
	end)
	eq(deepest, 1)
	eq(r, nil, "the collector refuses while it runs")
	eq(collectgarbage("count") > 0, true)
end)

test("coroutines and closures are collected", function()
	local log = {}
	gone(function()
		local g = finalised("in coroutine", log)
		local co = coroutine.wrap(function()
			local _ = g
			coroutine.yield()
		end)
		co()
	end)
	eq(#log, 1, "a suspended coroutine without references")
	gone(function()
		local g = finalised("upvalue", log)
		local f
		f = function() return g, f end
	end)
	eq(#log, 2)
	err("attempt to call a nil value (global 'nothere')", function()
		return nothere()	-- luacheck: ignore 113
	end)
end)

return T.finish()
