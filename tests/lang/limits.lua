-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- The limits of the compiler and the virtual machine that a script can meet,
-- each with its message.

local T = require "tests.lang.harness"
local test, eq, vals, errany = T.test, T.eq, T.vals, T.errany

-- n pieces of source, made by a function of the index.
local function list(n, sep, fn)
	local out = {}
	for i = 1, n do
		out[i] = fn(i)
	end
	return table.concat(out, sep)
end

local function refused(text, src)
	local fn, msg = load(src, "=t")
	T.ok(fn == nil and msg:find(text, 1, true), text .. ": " .. tostring(msg))
end

test("200 local variables in a function", function()
	local src = list(200, "\n", function(i) return "local a" .. i .. " = " .. i end)
	eq(load(src .. " return a1 + a200")(), 201)
	refused("too many local variables (limit is 200) in main function near '='",
		src .. " local b = 1")
	refused("too many local variables (limit is 200) in function at line 2 near",
		"\nfunction f() " .. src .. " local b = 1 end")
	T.ok(load("do " .. src .. " end do " .. src .. " end"), "200 in each block")
	refused("too many local variables", "local " .. list(201, ",", function(i)
		return "a" .. i
	end))
	T.ok(load("local function f(" .. list(199, ",", function(i) return "a" .. i end)
		.. ") end"))
	refused("too many local variables", "local function f("
		.. list(201, ",", function(i) return "a" .. i end) .. ") end")
end)

test("255 upvalues in a function", function()
	local function src(n)
		local out = {}
		out[1] = list(150, " ", function(i) return "local a" .. i .. " = 1" end)
		out[2] = "local function g()"
		out[3] = list(150, " ", function(i) return "local b" .. i .. " = 2" end)
		out[4] = "return function() return 0"
		out[5] = list(n, "", function(i)
			return " + " .. (i <= 150 and "a" .. i or "b" .. i - 150)
		end)
		out[6] = "end end return g()()"
		return table.concat(out, "\n")
	end
	eq(load(src(255))(), 150 + 2 * 105)
	refused("too many upvalues (limit is 255) in function at line", src(256))
end)

test("many constants", function()
	local src = "return {" .. list(3000, ",", function(i) return "'c" .. i .. "'" end) .. "}"
	local t = load(src)()
	vals('3000, "c1", "c3000"', #t, t[1], t[3000])
	src = "local t = {} " .. list(1000, " ", function(i) return "t.f" .. i .. " = " .. i end)
		.. " return t"
	eq(load(src)().f1000, 1000)
	src = "return 0" .. list(800, "", function(i) return " + " .. i * 100003 end)
	eq(load(src)(), 100003 * 800 * 801 // 2)
end)

test("more registers than there are", function()
	refused("function or expression needs too many registers",
		"return f(" .. list(300, ",", function() return "x" end) .. ")")
	T.ok(load("return " .. list(200, ", ", function(i) return tostring(i) end)))
	eq(#load("return {" .. list(600, ",", function() return "x" end) .. "}")(), 0)
end)

test("long jumps", function()
	local body = list(4000, " ", function() return "x = x + 1" end)
	eq(load("local x = 0 while true do " .. body .. " if x > 5000 then break end end return x")(),
		8000)
	eq(load("local x = 0 for i = 1, 2 do " .. body .. " end return x")(), 8000)
	eq(load("local x = 0 if x == 1 then " .. body .. " end return x")(), 0)
	eq(load("local x = 0 goto e do " .. body .. " end ::e:: return x")(), 0)
end)

test("a loop body that is too long", function()
	local body = list(70000, " ", function() return "x=x+1" end)
	refused("control structure too long", "local x = 0 for i = 1, 2 do " .. body .. " end")
end)

test("many functions, blocks, labels", function()
	eq(load("local n = 0 " .. list(500, " ", function(i)
		return "do local function f() n = n + " .. i .. " end f() end"
	end) .. " return n")(), 500 * 501 // 2)
	eq(load(list(300, " ", function(i) return "::l" .. i .. ":: x = 1" end), "=t",
		"t", {})(), nil)
	eq(load("local x = ... " .. list(200, " ", function(i)
		return "if x == " .. i .. " then return 'r" .. i .. "' end"
	end))(150), "r150")
	eq(load("local x = ... if x == 0 then return 0 " .. list(100, " ", function(i)
		return "elseif x == " .. i .. " then return " .. i * 2
	end) .. " end")(77), 154)
end)

-- Nesting uses the C stack of the compiler: a few levels always work, a few
-- hundred are refused with one of these messages, however small the stack is.
local overflow = {"C stack overflow", "stack overflow", "too many local variables"}

local function nested(open, middle, close)
	local function src(n)
		return open:rep(n) .. middle .. close:rep(n)
	end
	local fn, msg = load(src(3))
	T.ok(fn, "three levels: " .. tostring(msg))
	fn, msg = load(src(400))
	T.ok(fn == nil, "400 levels are refused: " .. open)
	for _, text in ipairs(overflow) do
		if tostring(msg):find(text, 1, true) then
			return T.ok(true)
		end
	end
	T.ok(false, tostring(msg))
end

test("nesting of blocks and expressions", function()
	nested("do ", "", " end")
	nested("while x do ", "", " end")
	nested("if x then ", "", " end")
	nested("for i = 1, 2 do ", "", " end")
	nested("repeat ", "", " until x")
	nested("function f() ", "", " end")
	eq(load("return " .. ("("):rep(5) .. "7" .. (")"):rep(5))(), 7)
end)

test("nesting inside one expression", function()
	local function expr(open, middle, close)
		local fn, msg = load("return " .. open:rep(3) .. middle .. close:rep(3))
		T.ok(fn, tostring(msg))
		fn, msg = load("return " .. open:rep(400) .. middle .. close:rep(400))
		T.ok(not fn and msg:find("overflow", 1, true) or not fn and msg:find("too many", 1, true),
			tostring(msg))
	end
	expr("(", "1", ")")
	expr("{", "1", "}")
	expr("f(", "1", ")")
	expr("a[", "1", "]")
	expr("function() return ", "1", " end")
	expr("- ", "1", "")
	expr("not ", "1", "")
	expr("1 .. ", "1", "")
	expr("1 < (", "2", ")")
end)

test("left-associative chains need no depth", function()
	eq(load("return " .. list(2000, " + ", function() return "1" end))(), 2000)
	eq(load("return " .. list(1000, " and ", function() return "1" end))(), 1)
	local o = {}
	o.o = o
	eq(load("return o" .. (".o"):rep(1000), "=t", "t", {o = o})(), o)
	local f
	f = function() return f end
	eq(load("return f" .. ("()"):rep(500), "=t", "t", {f = f})(), f)
end)

test("concatenation of many operands", function()
	eq(#load("local a = 'x' return " .. list(12, " .. ", function() return "a" end))(), 12)
	eq(#load("return " .. list(12, " .. ", function() return "'ab'" end))(), 24)
	local ok, n = pcall(function()
		return #assert(load("local a = 'x' return " .. list(100, " .. ", function()
			return "a"
		end)))()
	end)
	T.ok(ok and n == 100 or not ok and n:find("C stack overflow", 1, true), tostring(n))
end)

test("the stack of Lua calls has a limit", function()
	local depth = 0
	local function rec()
		depth = depth + 1
		return 1 + rec()
	end
	errany({"stack overflow"}, rec)
	T.ok(depth >= 30, "at least 30 levels: " .. depth)
	depth = 0
	errany({"stack overflow"}, rec)
	T.ok(depth >= 30, "again: " .. depth)
	local ok, msg = pcall(rec)
	eq(ok, false)
	T.ok(#msg < 4000, "a message of reasonable length")
end)

test("many arguments and results", function()
	errany({"too many results to unpack", "stack overflow"}, function()
		return table.unpack({}, 1, 5000000)
	end)
	errany({"string slice too long", "stack overflow"}, function()
		return ("x"):rep(5000000):byte(1, -1)
	end)
	eq(select("#", table.unpack({}, 1, 100)), 100)
	local ok, n = pcall(function() return select("#", table.unpack({}, 1, 240)) end)
	T.ok(ok and n == 240 or not ok)
end)

test("strings that cannot be", function()
	errany({"resulting string too large"}, string.rep, "x", math.maxinteger, "y")
	errany({"not enough memory", "string too large"}, string.rep, "x", 1 << 46)
	eq(#("x"):rep(1 << 20), 1 << 20, "and the next one works")
	collectgarbage()
end)

test("one pattern, many captures and repetitions", function()
	eq(#("x"):rep(10000):match("^" .. ("x*"):rep(10)), 10000)
	T.errany({"too many captures", "pattern too complex"}, string.match, "x", ("("):rep(40))
	T.ok(not pcall(string.match, "x", ("("):rep(1000)))
end)

return T.finish()
