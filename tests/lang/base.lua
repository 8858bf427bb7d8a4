-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.1, the base library: what exists, assert, error, pcall, xpcall,
-- select, next, pairs, ipairs, type, print, warn, dofile.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

test("every function of the base library exists", function()
	for name in ([[assert collectgarbage dofile error getmetatable ipairs load
		loadfile next pairs pcall print rawequal rawget rawlen rawset require
		select setmetatable tonumber tostring type warn xpcall]]):gmatch("%a+") do
		eq(type(_G[name]), "function", name)
	end
	eq(_G._G, _G)
	eq(_VERSION, "Lua 5.4-kernel")
	for name in ("base coroutine debug math package string table utf8"):gmatch("%w+") do
		eq(type(name == "base" and _G or _G[name]), "table", name)
	end
end)

test("what other Lua versions and systems had is absent", function()
	for name in ([[io os bit32 unpack setfenv getfenv loadstring gcinfo newproxy
		module table_getn]]):gmatch("[%w_]+") do
		eq(rawget(_G, name), nil, name)
	end
end)

test("type", function()
	lines [[
type(nil), type(true), type(1), type("")	--> "nil", "boolean", "number", "string"
type({}), type(print), type(function() end)	--> "table", "function", "function"
type(coroutine.create(print))			--> "thread"
type()			--! bad argument #1 to 'type' (value expected)
type(1, 2)					--> "number"
]]
end)

test("assert", function()
	lines [[
assert(1, 2, 3)				--> 1, 2, 3
assert(true), assert("")		--> true, ""
assert(0, "message")			--> 0, "message"
assert(false)				--! assertion failed!
assert(nil)				--! assertion failed!
assert(false, "my message")		--! my message
assert(nil, "with", "more")		--! with
assert()				--! bad argument #1 to 'assert' (value expected)
pcall(assert, false, nil)		--> false, nil
pcall(assert, false, 5)			--> false, 5
pcall(assert, nil)			--> false, "assertion failed!"
]]
	local obj = {}
	local ok, e = pcall(assert, false, obj)
	vals("false, true", ok, rawequal(e, obj))
end)

test("error values and levels", function()
	lines [[
pcall(error)				--> false, nil
pcall(error, nil)			--> false, nil
pcall(error, 5)				--> false, 5
pcall(error, true)			--> false, true
pcall(error, "m", 0)			--> false, "m"
pcall(function() error("m") end)	--> false, "t:1: m"
pcall(function() error("m", 1) end)	--> false, "t:1: m"
pcall(function() error("m", 0) end)	--> false, "m"
pcall(function() error({}) end)		--> false, table
pcall(function() error(12) end)		--> false, 12
pcall(function() error() end)		--> false, nil
error("m", "x")		--! bad argument #2 to 'error' (number expected, got string)
error("m", {})		--! bad argument #2 to 'error' (number expected, got table)
]]
	local chunk = T.code("-- level 1: the line of the call of error\n"
		.. "-- level 2: the line of the call of its caller\n"
		.. "local lvl = ...\n"
		.. "local function h() error('lvl', lvl) end\n"
		.. "local function k()\nh() return 1 end\n"
		.. "k() return 1")
	vals('false, "t:4: lvl"', pcall(chunk, 1))
	vals('false, "t:6: lvl"', pcall(chunk, 2))
	vals('false, "t:7: lvl"', pcall(chunk, 3))
	vals('false, "lvl"', pcall(chunk, 100))
	vals('false, "lvl"', pcall(chunk, 4))	-- a C function has no position
end)

test("pcall", function()
	lines [[
pcall(function() return 1, 2, 3 end)	--> true, 1, 2, 3
pcall(function() end)			--> true
pcall(function(...) return ... end, 1, nil, 3)	--> true, 1, nil, 3
pcall(pcall)				--> false, "bad argument #1 to 'pcall' (value expected)"
pcall(pcall, error)			--> true, false, nil
pcall(5)				--> false, "attempt to call a number value"
pcall(nil)				--> false, "attempt to call a nil value"
pcall({})				--> false, "attempt to call a table value"
pcall()			--! bad argument #1 to 'pcall' (value expected)
pcall(string.rep)	--> false, "bad argument #1 to 'string.rep' (string expected, got no value)"
select("#", pcall(table.unpack, {}, 1, 100))	--> 101
]]
	eq(select(2, pcall(pcall, pcall, error, "x")), true)
end)

test("xpcall", function()
	lines [[
xpcall(function() return 1, 2 end, print)	--> true, 1, 2
xpcall(function(...) return ... end, print, 1, nil)	--> true, 1, nil
xpcall(error, function(m) return m .. "!" end, "e")	--> false, "e!"
xpcall(error, function(m) return m, 2, 3 end, "e")	--> false, "e"
xpcall(error, function() end, "e")		--> false, nil
xpcall(error, function(m) return type(m) end)	--> false, "nil"
xpcall(error, type, {})				--> false, "table"
xpcall(error, tostring, 7)			--> false, "7"
xpcall(5, type)					--> false, "string"
xpcall()		--! bad argument #2 to 'xpcall' (function expected, got no value)
xpcall(print)		--! bad argument #2 to 'xpcall' (function expected, got no value)
xpcall(print, 5)	--! bad argument #2 to 'xpcall' (function expected, got number)
xpcall(print, {})	--! bad argument #2 to 'xpcall' (function expected, got table)
]]
	local depth
	xpcall(function()
		local function f() error("x") end
		f()
	end, function() depth = debug.traceback() end)
	T.ok(depth:find("in function 'error'", 1, true),
		"the handler runs on top of the error")
	local _, e = xpcall(function() local x = nil; return x.y end, T.bare)
	eq(e, "attempt to index a nil value (local 'x')")
end)

test("an error in a message handler", function()
	local ok, e = xpcall(error, function() error("again") end, "first")
	eq(ok, false)
	T.ok(e ~= nil, "some value comes back: " .. tostring(e))
	ok, e = xpcall(error, error, "first")
	eq(ok, false)
	T.ok(e ~= nil, "some value comes back: " .. tostring(e))
	local n = 0
	ok = xpcall(error, function(m)
		n = n + 1
		if n == 1 then
			local y = nil
			return y.z
		end
		return m
	end, "first")
	eq(ok, false)
	T.ok(n >= 1 and n < 300, "handled " .. n .. " times")
end)

test("select", function()
	lines [[
select("#")				--> 0
select("#", nil, nil)			--> 2
select(1, "a", "b", "c")		--> "a", "b", "c"
select(2, "a", "b", "c")		--> "b", "c"
select(3, "a", "b", "c")		--> "c"
select(4, "a", "b", "c")		-->
select(100)				-->
select(-1, "a", "b", "c")		--> "c"
select(-3, "a", "b", "c")		--> "a", "b", "c"
select("2", "a", "b")			--> "b"
select(0, "a")		--! bad argument #1 to 'select' (index out of range)
select(-4, 1, 2, 3)	--! bad argument #1 to 'select' (index out of range)
select(-1)		--! bad argument #1 to 'select' (index out of range)
select()		--! bad argument #1 to 'select' (number expected, got no value)
select("x")		--! bad argument #1 to 'select' (number expected, got string)
select({})		--! bad argument #1 to 'select' (number expected, got table)
select(math.mininteger, 1)	--! bad argument #1 to 'select' (index out of range)
select(math.maxinteger, 1)	-->
]]
end)

test("next and pairs", function()
	lines [[
next({})			--> nil
next({10})			--> 1, 10
next({10}, 1)			--> nil
next({x = 1})			--> "x", 1
next({10, 20}, 1)		--> 2, 20
next({}, nil)			--> nil
next()			--! bad argument #1 to 'next' (table expected, got no value)
next(5)			--! bad argument #1 to 'next' (table expected, got number)
next({}, 1)		--! invalid key to 'next'
next({x = 1}, "y")	--! invalid key to 'next'
next({1, 2}, 3)		--! invalid key to 'next'
pairs()			--! bad argument #1 to 'pairs' (value expected)
for _ in pairs(nil) do end	--! bad argument #1 to 'for iterator' (table expected, got nil)
for _ in pairs(5) do end	--! bad argument #1 to 'for iterator' (table expected, got number)
for _ in pairs("x") do end	--! bad argument #1 to 'for iterator' (table expected, got string)
]]
	local t = {1, 2, 3, x = 1, y = 2}
	local f, s, c = pairs(t)
	eq(f, next)
	eq(s, t)
	eq(c, nil)
	local n, sum = 0, 0
	for _, v in pairs(t) do
		n, sum = n + 1, sum + v
	end
	vals("5, 9", n, sum)
	local order = {}
	for k in pairs({10, 20, 30}) do
		order[#order + 1] = k
	end
	eq(table.concat(order, ","), "1,2,3")
end)

test("fields may be cleared and changed while traversing", function()
	local t = {}
	for i = 1, 100 do
		t[i], t["k" .. i] = i, i
	end
	local n = 0
	for k, v in pairs(t) do
		n = n + 1
		t[k] = nil
		T.ok(v ~= nil)
	end
	eq(n, 200)
	eq(next(t), nil)
	t = {a = 1, b = 2, c = 3}
	for k, v in pairs(t) do
		t[k] = v * 10
	end
	vals("10, 20, 30", t.a, t.b, t.c)
end)

test("ipairs", function()
	lines [[
local s = 0 for i, v in ipairs({1, 2, nil, 4}) do s = s + v end return s	--> 3
local s = 0 for i in ipairs({}) do s = i end return s	--> 0
local s = "" for i, v in ipairs({"a", "b", [0] = "z", x = 1}) do s = s .. i .. v end return s	--> "1a2b"
local f, s, c = ipairs({7}) return f(s, c)	--> 1, 7
local f, s = ipairs({7}) return f(s, 1)		--> nil
ipairs()		--! bad argument #1 to 'ipairs' (value expected)
local n = 0 for _ in ipairs("abc") do n = n + 1 end return n	--> 0
for _ in ipairs(5) do end	--! attempt to index a number value
]]
	local a, b = ipairs({}), ipairs({})
	eq(a, b, "one iterator for all")
end)

test("print and warn give nothing back", function()
	vals("", print())
	vals("", print("# the language suite prints", 1, nil, true))
	warn("@off")
	vals("", warn("@on"))
	vals("", warn("@off"))
	vals("", warn("hidden ", "warning"))
	lines [[
warn()			--! bad argument #1 to 'warn' (string expected, got no value)
warn({})		--! bad argument #1 to 'warn' (string expected, got table)
warn("a", nil)		--! bad argument #2 to 'warn' (string expected, got nil)
warn("a", print)	--! bad argument #2 to 'warn' (string expected, got function)
print(setmetatable({}, {__tostring = function() return {} end}))	--! '__tostring' must return a string
]]
end)

test("dofile and loadfile name what they cannot open", function()
	local fn, msg = loadfile("/nonexistent/file.lua")
	eq(fn, nil)
	T.ok(type(msg) == "string" and msg:find("/nonexistent/file.lua", 1, true),
		tostring(msg))
	local ok, e = pcall(dofile, "/nonexistent/file.lua")
	eq(ok, false)
	T.ok(tostring(e):find("/nonexistent/file.lua", 1, true), tostring(e))
	T.ok(not pcall(loadfile, {}))
	err("bad argument #1 to 'loadfile' (string expected, got table)", loadfile, {})
	err("bad argument #1 to 'dofile' (string expected, got table)", dofile, {})
end)

test("loadfile loads a script of the library", function()
	local path = assert(package.searchpath("tests.lang.harness", package.path))
	local fn, msg = loadfile(path)
	eq(type(fn), "function", tostring(msg))
	fn = loadfile(path, "t", {})
	eq(type(fn), "function")
	T.ok(not pcall(fn), "the environment is the given one")
	local info = debug.getinfo(assert(loadfile(path)), "S")
	eq(info.source, "@" .. path)
	eq(type(dofile(path).test), "function")
end)

return T.finish()
