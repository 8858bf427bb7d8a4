-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- What an error tells: variable names, positions, function names, tracebacks.

local T = require "tests.lang.harness"
local test, lines, eq, vals = T.test, T.lines, T.eq, T.vals

test("calls of what cannot be called", function()
	lines [[
nothere()			--! attempt to call a nil value (global 'nothere')
string.nothere()		--! attempt to call a nil value (field 'nothere')
("x"):nothere()			--! attempt to call a nil value (method 'nothere')
local f = 5 f()			--! attempt to call a number value (local 'f')
local f = 5 local function g() f() end g()	--! attempt to call a number value (upvalue 'f')
local t = {} t.a.b()		--! attempt to index a nil value (field 'a')
local t = {} t.a()		--! attempt to call a nil value (field 'a')
local t = {a = {}} t.a.b()	--! attempt to call a nil value (field 'b')
local t = {} t:m()		--! attempt to call a nil value (method 'm')
local t = {} t[1]()		--! attempt to call a nil value (field 'integer index')
local t, k = {}, "key" t[k]()	--! attempt to call a nil value (field '?')
local t, k = {}, {} t[k]()	--! attempt to call a nil value (field '?')
(1)()				--! attempt to call a number value
("x")()				--! attempt to call a string value (constant 'x')
(nil)()				--! attempt to call a nil value
(function() end)()()		--! attempt to call a nil value
return nothere()		--! attempt to call a nil value (global 'nothere')
local f return f()		--! attempt to call a nil value (local 'f')
local t = {} return t.x()	--! attempt to call a nil value (field 'x')
local t = {} return t:x()	--! attempt to call a nil value (method 'x')
pcall()				--! bad argument #1 to 'pcall' (value expected)
]]
end)

test("indexing of what cannot be indexed", function()
	lines [[
nothere.x			--! attempt to index a nil value (global 'nothere')
nothere.x = 1			--! attempt to index a nil value (global 'nothere')
nothere[1]			--! attempt to index a nil value (global 'nothere')
local a return a.x		--! attempt to index a nil value (local 'a')
local a a.x = 1			--! attempt to index a nil value (local 'a')
local a return function() return a.x end	--> function
local a local function f() return a.x end return f()	--! attempt to index a nil value (upvalue 'a')
local a local function f() a.x = 1 end f()	--! attempt to index a nil value (upvalue 'a')
local a = {} return a.b.c	--! attempt to index a nil value (field 'b')
local a = {} a.b.c = 1		--! attempt to index a nil value (field 'b')
local a = {b = {}} return a.b.c.d	--! attempt to index a nil value (field 'c')
local a = {} return a["b"]["c"]	--! attempt to index a nil value (field 'b')
local a = {} return a:b().c	--! attempt to call a nil value (method 'b')
local a, k = {}, "b" return a[k].c	--! attempt to index a nil value (field '?')
local a, k = {}, 3 return a[k][1]	--! attempt to index a nil value (field '?')
(nil).x				--! attempt to index a nil value
(1).x				--! attempt to index a number value
local x <const> = nil return x.y	--! attempt to index a nil value
local x <const> = 5 return x.y	--! attempt to index a number value
string.rep.x			--! attempt to index a function value (field 'rep')
]]
end)

test("arithmetic and concatenation name their operand", function()
	lines [[
nothere + 1			--! attempt to perform arithmetic on a nil value (global 'nothere')
1 + nothere			--! attempt to perform arithmetic on a nil value (global 'nothere')
local a return a + 1		--! attempt to perform arithmetic on a nil value (local 'a')
local a return 1 - a		--! attempt to perform arithmetic on a nil value (local 'a')
local a, b = 1 return a * b	--! attempt to perform arithmetic on a nil value (local 'b')
local a local function f() return a // 2 end return f()	--! attempt to perform arithmetic on a nil value (upvalue 'a')
local a local function f() return a / 2 end return f()	--! attempt to perform arithmetic on a nil value (upvalue 'a')
local t = {} return t.x + 1	--! attempt to perform arithmetic on a nil value (field 'x')
local t = {} return -t.x	--! attempt to perform arithmetic on a nil value (field 'x')
local t = {} return t.x .. "s"	--! attempt to concatenate a nil value (field 'x')
local t = {} return "s" .. t.x	--! attempt to concatenate a nil value (field 'x')
local t = {} return #t.x	--! attempt to get length of a nil value (field 'x')
local t = {} t.x = t.x + 1	--! attempt to perform arithmetic on a nil value (field 'x')
local a = {} return a + 1	--! attempt to perform arithmetic on a table value (local 'a')
local a = {} return a & 1	--! attempt to perform bitwise operation on a table value (local 'a')
local a, b = 5, {} return a % b	--! attempt to perform arithmetic on a table value (local 'b')
local a, b = 5, {} return a / b	--! attempt to perform arithmetic on a table value (local 'b')
count = count + 1		--! attempt to perform arithmetic on a nil value (global 'count')
local s <const> = "x" return s | 1	--! attempt to perform bitwise operation on a string value (constant 'x')
]]
end)

test("argument errors name the function as it was called", function()
	lines [[
string.rep()		--! bad argument #1 to 'rep' (string expected, got no value)
string.rep("x")		--! bad argument #2 to 'rep' (number expected, got no value)
("x"):rep()		--! bad argument #1 to 'rep' (number expected, got no value)
("x"):rep({})		--! bad argument #1 to 'rep' (number expected, got table)
("x"):bad()		--! attempt to call a nil value (method 'bad')
local s = string s.rep()	--! bad argument #1 to 'rep' (string expected, got no value)
local f = string.rep f()	--! bad argument #1 to 'f' (string expected, got no value)
local f = string.rep return f()	--! bad argument #1 to 'f' (string expected, got no value)
local t = {m = string.rep} t:m()	--! calling 'm' on bad self (string expected, got table)
local t = {f = string.rep} t.f({})	--! bad argument #1 to 'f' (string expected, got table)
string.rep(nil)		--! bad argument #1 to 'rep' (string expected, got nil)
string.rep(true, 1)	--! bad argument #1 to 'rep' (string expected, got boolean)
string.rep(print, 1)	--! bad argument #1 to 'rep' (string expected, got function)
string.char(256)	--! bad argument #1 to 'char' (value out of range)
string.char(65, -1)	--! bad argument #2 to 'char' (value out of range)
math.abs({})		--! bad argument #1 to 'abs' (number expected, got table)
setmetatable({}, {__index = string.rep}).x	--! bad argument #1 to 'index' (string expected, got table)
]]
	vals('false, "bad argument #1 to \'string.rep\' (string expected, got no value)"',
		pcall(string.rep))
end)

test("the position is the line of the operation", function()
	local function where(src)
		local _, msg = pcall(T.code(src))
		return msg:match("^t:(%d+):")
	end
	eq(where("\n\nerror('x')"), "3")
	eq(where("local a\n\na()\n"), "3")
	eq(where("local a = {}\na.b\n.c\n= 1"), "4")
	eq(where("local t = {}\nt\n:\nm()"), "4")
	eq(where("local x = 1 +\n{}\n+ 2"), "1", "the operator's line")
	eq(where("local x = nil\nlocal y = 1\n+\nx"), "3")
	eq(where("\nlocal s = 'a' ..\n{}"), "2")
	eq(where("for i = 1,\n{} do\nend"), "2")
	eq(where("local f = function()\n\nerror('x') end\nf()"), "3")
	eq(where("if 1 <\n{} then\nend"), "2")
	eq(where("return\n#\nnil"), "2")
	eq(where("print(\n1,\nnothere.x)"), "3")
	eq(where("\n\n\n\nlocal t <close> = 5"), "5")
	eq(where(("\n"):rep(300) .. "error('x')"), "301")
	eq(where(("\n"):rep(5000) .. "error('x')"), "5001")
	eq(where("local a = 1" .. ("\na = a + 1"):rep(500) .. "\na()"), "502")
end)

test("the source of each kind of name", function()
	local function where(name)
		return (select(2, pcall(load("error('x')", name))))
	end
	eq(where("@/lib/modules/lua/foo.lua"), "/lib/modules/lua/foo.lua:1: x")
	eq(where("=stdin"), "stdin:1: x")
	eq(where("local x"), '[string "local x"]:1: x')
	local path = debug.getinfo(1, "S").short_src
	local _, msg = pcall(function() error("here") end)
	T.ok(msg:find("^.-errors%.lua:%d+: here$"), msg)
	eq(msg:sub(1, #path), path)
end)

test("traceback", function()
	local chunk = T.code([[
local function inner() return debug.traceback('msg') end
local function outer() local s = inner() return s end
function globalfn() local s = outer() return s end
local t = {}
function t.field() local s = globalfn() return s end
function t:method() local s = t.field() return s end
local s = t:method()
return s]], setmetatable({}, {__index = _G}))
	local tb = chunk()
	local want = {
		"msg",
		"stack traceback:",
		"t:1: in upvalue 'inner'",
		"t:2: in upvalue 'outer'",
		"t:3: in function 'globalfn'",
		"t:5: in field 'field'",
		"t:6: in method 'method'",
		"t:7: in main chunk",
	}
	local i = 0
	for line in tb:gmatch("[^\n]+") do
		i = i + 1
		if want[i] then
			local text = line:gsub("^%s+", "")
			T.ok(text == want[i] or text:gsub("%b()", "") == want[i]
				or i > 2 and text:find(want[i]:match("^t:%d+: in "), 1, true),
				"line " .. i .. ": " .. text)
		end
	end
	T.ok(i >= #want, "all levels")
end)

test("traceback of messages, levels and threads", function()
	T.ok(debug.traceback():find("^stack traceback:\n"))
	T.ok(debug.traceback("m"):find("^m\nstack traceback:\n"))
	T.ok(debug.traceback("m", 1):find("errors.lua:%d+: in "))
	eq(debug.traceback("m", 1000), "m\nstack traceback:")
	local t = {}
	eq(debug.traceback(t), t, "no string, no traceback")
	vals("nil", (debug.traceback(nil) == nil) and nil or nil)
	T.ok(debug.traceback(5):find("^5\nstack traceback:"))
	local co = coroutine.create(function()
		local x = 1
		coroutine.yield(x)
	end)
	eq(debug.traceback(co), "stack traceback:")
	coroutine.resume(co)
	local tb = debug.traceback(co)
	T.ok(tb:find("in function 'coroutine.yield'", 1, true), tb)
	T.ok(tb:find("errors.lua:%d+: in function <"), tb)
	T.ok(debug.traceback(co, "hey"):find("^hey\nstack traceback:"))
	T.ok(not debug.traceback(co, nil, 1):find("coroutine.yield", 1, true))
	co = coroutine.create(function() error("x") end)
	coroutine.resume(co)
	T.ok(debug.traceback(co):find("in function 'error'", 1, true),
		"a dead coroutine shows where it died")
end)

test("long tracebacks are shortened in the middle", function()
	local function rec(n)
		if n == 0 then
			return debug.traceback()
		end
		local s = rec(n - 1)
		return s
	end
	local tb = rec(60)
	T.ok(tb:find("...\t(skipping ", 1, true), "says how many levels it skips")
	local _, n = tb:gsub("\n", "\n")
	T.ok(n < 30, n .. " lines")
end)

test("an error through pcall keeps its value, through nesting its order", function()
	local function level(n)
		if n == 0 then
			error("bottom", 0)
		end
		local _, e = pcall(level, n - 1)
		error(e .. n, 0)
	end
	vals('false, "bottom1234"', pcall(level, 4))
	local e = setmetatable({}, {__tostring = function() return "E!" end})
	local _, got = pcall(error, e)
	eq(got, e)
	eq(tostring(got), "E!")
end)

return T.finish()
