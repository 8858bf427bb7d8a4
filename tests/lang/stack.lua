-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Every recursion of traps.md (T11): a few levels work on any stack, and without
-- an end each of them ends in an error that can be caught; afterwards everything
-- works as before.

local T = require "tests.lang.harness"
local test, eq, vals = T.test, T.eq, T.vals

-- What an endless recursion may be told. Which one comes first depends on the
-- stack: the C stack, the Lua stack, the compiler's or the matcher's limit, or
-- no room even for the message ("error in error handling").
local texts = {
	"stack overflow", "C stack overflow", "error in error handling",
	"pattern too complex", "chain too long", "too many C levels",
}

local function limited(ok, msg, what)
	eq(ok, false, what)
	for _, text in ipairs(texts) do
		if tostring(msg):find(text, 1, true) then
			return T.ok(true)
		end
	end
	T.ok(false, (what or "") .. " told: " .. tostring(msg))
end

-- fn calls itself for ever; levels is a depth that has to work.
local function endless(name, fn)
	test(name, function()
		limited(pcall(fn))
		limited(pcall(fn))
		eq(select(2, pcall(string.rep, "ok", 1)), "ok", "all is well afterwards")
	end)
end

test("a few levels of everything", function()
	local function rec(n)
		if n == 0 then return 0 end
		return 1 + rec(n - 1)
	end
	eq(rec(30), 30)
	local function gs(n)
		if n == 0 then return "x" end
		return (("x"):gsub("x", function() return gs(n - 1) end))
	end
	eq(gs(2), "x")
	local function pc(n)
		if n == 0 then return "deep" end
		return select(2, pcall(pc, n - 1))
	end
	eq(pc(4), "deep")
	local function co(n)
		if n == 0 then return "co" end
		return coroutine.wrap(co)(n - 1)
	end
	eq(co(2), "co")
	local depth = 0
	local t = setmetatable({}, {__index = function(self, k)
		depth = depth + 1
		if k == 0 then return "end" end
		return self[k - 1]
	end})
	eq(t[5], "end")
	eq(depth, 6)
end)

do
	local function f() return 1 + f() end
	endless("Lua calls", f)
end

do
	local function f() return (("x"):gsub("x", f)) end
	endless("string.gsub callbacks", f)
end

do
	local t = setmetatable({}, {})
	getmetatable(t).__tostring = function() return ("%s"):format(t) end
	endless("string.format through __tostring", function() return tostring(t) end)
end

do
	local t = setmetatable({}, {})
	getmetatable(t).__tostring = function() return tostring(t) end
	endless("tostring through __tostring", function() return tostring(t) end)
end

do
	local function f() return assert(pcall(f)) end
	endless("nested pcall", function() return assert(f()) end)
end

do
	local function f() coroutine.wrap(f)() end
	endless("nested coroutine.wrap", f)
end

do
	local function f()
		local ok, msg = coroutine.resume(coroutine.create(f))
		if not ok then error(msg, 0) end
	end
	endless("nested coroutine.resume", f)
end

do
	local function f() table.sort({2, 1}, f) end
	endless("table.sort comparisons", f)
end

do
	local t = setmetatable({}, {})
	getmetatable(t).__index = function(_, k) return t[k .. ""] end
	endless("__index functions", function() return t.x end)
end

do
	local t = setmetatable({}, {})
	getmetatable(t).__newindex = function(_, k, v) t[k] = v end
	endless("__newindex functions", function() t.x = 1 end)
end

for event, src in pairs {
	add = "return t + 1", idiv = "return t / 1", band = "return t & 1",
	unm = "return -t", concat = "return t .. 'x'", len = "return #t",
	eq = "return t == u", lt = "return t < t", le = "return t <= 1",
} do
	local mt = {}
	local t, u = setmetatable({}, mt), setmetatable({}, mt)
	local fn = T.code(src, {t = t, u = u})
	mt["__" .. event] = function() return (fn()) end
	endless("__" .. event .. " metamethods", fn)
end

test("__call chains", function()
	local t = function(...) return select("#", ...) end
	for _ = 1, 100 do
		t = setmetatable({}, {__call = t})
	end
	eq(t(), 100, "each link adds itself to the arguments")
	vals("true, 103", pcall(t, 1, 2, 3))
end)

do
	local function f()
		local g <close> = setmetatable({}, {__close = f})
	end
	endless("__close metamethods", f)
end

do
	local function f() assert(load(f)) end
	endless("load whose reader loads", f)
end

do
	local name = "tests.lang.selfrequire"
	package.preload[name] = function() return require(name) end
	endless("a module that requires itself", function() return require(name) end)
	package.preload[name] = nil
end

do
	local function f()
		for _ in f do return end
	end
	endless("iterators", f)
end

do
	local t = setmetatable({}, {})
	getmetatable(t).__pairs = function() return pairs(t) end
	endless("__pairs metamethods", function() return pairs(t) end)
end

test("an error inside the message handler", function()
	local ok, msg = xpcall(error, function() error("x") end, "y")
	eq(ok, false)
	T.ok(msg ~= nil, "some value")
	local function h() h() end
	ok = xpcall(error, h, "y")
	eq(ok, false)
	ok = xpcall(function() local function f() return 1 + f() end return f() end, function(m)
		return m
	end)
	eq(ok, false)
	ok = xpcall(function() local function f() return 1 + f() end return f() end,
		debug.traceback)
	eq(ok, false)
end)

test("recursion caught deep inside, again and again", function()
	local function f() return 1 + f() end
	local n = 0
	for _ = 1, 3 do
		if not pcall(f) then n = n + 1 end
	end
	eq(n, 3)
	local function g(k)
		local ok = pcall(f)
		if k > 0 and not ok then return g(k - 1) end
		return ok
	end
	eq(g(3), false)
end)

test("catching at every level on the way", function()
	local deepest = 0
	local function f(n)
		deepest = math.max(deepest, n)
		pcall(f, n + 1)
		return n
	end
	eq(f(1), 1)
	T.ok(deepest >= 4, deepest .. " levels of pcall")
end)

test("in a coroutine", function()
	local co = coroutine.create(function()
		local function f() return 1 + f() end
		local ok, msg = pcall(f)
		coroutine.yield(ok)
		return ok, msg
	end)
	vals("true, false", coroutine.resume(co))
	local ok, r, msg = coroutine.resume(co)
	eq(ok, true)
	limited(r, msg)
	co = coroutine.create(function()
		local function f() return 1 + f() end
		return f()
	end)
	limited(coroutine.resume(co))
	eq(coroutine.status(co), "dead")
end)

test("the matcher", function()
	for _, case in ipairs {
		{("a"):rep(3000), ("a?"):rep(1000) .. "b"},
		{("("):rep(30), "(" .. ("%("):rep(30) .. ")"},
		{("a"):rep(30000), ".-b"},
		{("a"):rep(30000), "(.-)%1b"},
		{("x"):rep(200), ("(x)"):rep(30)},
		{("x"):rep(500), ("x-"):rep(500) .. "y"},
		{("("):rep(5000), "%b()"},
	} do
		local ok, msg = pcall(string.find, case[1]:sub(1, 300), case[2])
		T.ok(ok or tostring(msg):find("pattern too complex", 1, true)
			or tostring(msg):find("stack overflow", 1, true), tostring(msg))
	end
end)

test("the compiler", function()
	for _, unit in ipairs {"do ", "(", "{", "function() return ", "if x then ", "not ", "- ",
		"f(", "while x do ", "x.y[", "1 .. ", "repeat "} do
		local fn, msg = load("x = " .. unit:rep(190))
		eq(fn, nil)
		eq(type(msg), "string")
		fn, msg = load(unit:rep(190))
		eq(fn, nil)
		eq(type(msg), "string")
	end
	eq(load("return 1 + 1")(), 2)
end)

return T.finish()
