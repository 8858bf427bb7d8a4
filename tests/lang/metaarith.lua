-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 2.4: metamethods of the arithmetic, bitwise, comparison, concatenation
-- and length operators. The dialect has no __div and no __pow: __idiv serves
-- both `/` and `//` (api-facts.md, section 1).

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

-- An object whose operators tell what they got.
local function make(events)
	local mt = {}
	for event in events:gmatch("%S+") do
		mt["__" .. event] = function(a, b)
			local x = type(a) == "table" and "o" or tostring(a)
			local y = type(b) == "table" and "o" or tostring(b)
			return event .. "(" .. x .. "," .. y .. ")"
		end
	end
	return setmetatable({}, mt)
end

test("arithmetic events, object on either side", function()
	lines([[
o + 1, 1 + o, o + o		--> "add(o,1)", "add(1,o)", "add(o,o)"
o - 1, 1 - o, o - o		--> "sub(o,1)", "sub(1,o)", "sub(o,o)"
o * 2, 2 * o			--> "mul(o,2)", "mul(2,o)"
o % 2, 2 % o			--> "mod(o,2)", "mod(2,o)"
o // 2, 2 // o			--> "idiv(o,2)", "idiv(2,o)"
-o				--> "unm(o,o)"
o + "x", "x" + o		--> "add(o,x)", "add(x,o)"
o - nil, nil - o		--> "sub(o,nil)", "sub(nil,o)"
o * true			--> "mul(o,true)"
o + 1000, 1000 - o		--> "add(o,1000)", "sub(1000,o)"
]], {o = make "add sub mul mod idiv unm"})
end)

test("/ is served by __idiv", function()
	lines([[
o / 2, 2 / o, o / o		--> "idiv(o,2)", "idiv(2,o)", "idiv(o,o)"
o / 1000, 1000 / o		--> "idiv(o,1000)", "idiv(1000,o)"
o / "x", "x" / o		--> "idiv(o,x)", "idiv(x,o)"
]], {o = make "idiv"})
end)

test("__div and __pow do not exist", function()
	lines([[
o / 2		--! attempt to perform arithmetic on a table value (global 'o')
2 / o		--! attempt to perform arithmetic on a table value (global 'o')
]], {o = make "div pow"})
	eq(getmetatable("").__div, nil)
	eq(getmetatable("").__pow, nil)
	eq(type(getmetatable("").__idiv), "function")
end)

test("bitwise events", function()
	lines([[
o & 1, 1 & o, o & o		--> "band(o,1)", "band(1,o)", "band(o,o)"
o | 1, 1 | o			--> "bor(o,1)", "bor(1,o)"
o ~ 1, 1 ~ o			--> "bxor(o,1)", "bxor(1,o)"
o << 1, 1 << o			--> "shl(o,1)", "shl(1,o)"
o >> 1, 1 >> o			--> "shr(o,1)", "shr(1,o)"
~o				--> "bnot(o,o)"
o & "x", "x" | o		--> "band(o,x)", "bor(x,o)"
o << 500, 500 >> o		--> "shl(o,500)", "shr(500,o)"
]], {o = make "band bor bxor shl shr bnot"})
end)

test("the first operand's metamethod is tried first", function()
	local a = setmetatable({}, {__add = function() return "a" end})
	local b = setmetatable({}, {__add = function() return "b" end,
		__sub = function() return "b-" end})
	vals('"a", "b", "b-", "b-"', a + b, b + a, a - b, b - a)
	eq(1 + b, "b")
	eq("10" + b, "b", "before the conversion of strings")
end)

test("one result, always", function()
	local o = setmetatable({}, {__add = function() return 1, 2 end,
		__unm = function() end, __concat = function() return nil, 5 end})
	vals("1, nil, nil", o + o, -o, o .. "x")
end)

test("equality", function()
	local calls = 0
	local mt = {__eq = function() calls = calls + 1 return true end}
	local a, b = setmetatable({}, mt), setmetatable({}, mt)
	vals("true, false", a == b, a ~= b)
	eq(calls, 2)
	vals("true, false", a == a, rawequal(a, b))
	eq(calls, 2, "not tried for the same object")
	eq(a == {}, true, "one side is enough")
	eq({} == a, true)
	calls = 0
	vals("false, false, false", a == 1, a == nil, a == "x")
	eq(calls, 0, "not tried for different types")
	mt.__eq = function() return 0 end
	eq(a == b, true, "the result becomes a boolean")
	mt.__eq = function() return nil end
	eq(a == b, false)
	eq(a ~= b, true)
	local c = setmetatable({}, {__eq = function() return true end})
	local d = setmetatable({}, {__eq = function() return false end})
	vals("true, false", c == d, d == c)
end)

test("order", function()
	local mt = {
		__lt = function(a, b) return a.v < b.v end,
		__le = function(a, b) return a.v <= b.v end,
	}
	local function n(v) return setmetatable({v = v}, mt) end
	vals("true, false, false", n(1) < n(2), n(2) < n(1), n(1) < n(1))
	vals("true, true, false", n(1) <= n(2), n(1) <= n(1), n(2) <= n(1))
	vals("false, true, true, false", n(1) > n(2), n(2) > n(1), n(2) >= n(2),
		n(1) >= n(2))
	local m = setmetatable({}, {
		__lt = function(a) return type(a) == "number" and 1 end,
		__le = function(_, b) return type(b) end,
	})
	vals("true, false", 1 < m, m < 1)
	vals("true, true", m <= 1, 1 >= m)
	vals("true, false", m > 1, m > "x")
	vals("false, true", "x" < m, 5000 < m)
end)

test("__le is not made from __lt", function()
	local a = setmetatable({}, {__lt = function() return true end})
	err("attempt to compare two table values", function() return a <= a end)
	err("attempt to compare table with number", function() return a <= 1 end)
	err("attempt to compare two table values",
		function() return {} < setmetatable({}, {}) end)
end)

test("concatenation", function()
	local o = make "concat"
	vals('"concat(o,x)", "concat(x,o)"', o .. "x", "x" .. o)
	vals('"concat(o,1)", "concat(o,o)"', o .. 1, o .. o)
	vals('"concat(o,nil)", "concat(nil,o)"', o .. nil, nil .. o)
	eq("a" .. "b" .. o, "aconcat(b,o)")
	eq(o .. "a" .. "b", "concat(o,ab)")
	eq("x" .. o .. "y", "xconcat(o,y)")
	local plain = setmetatable({}, {})
	err("attempt to concatenate a table value (upvalue 'plain')",
		function() return plain .. "x" end)
	err("attempt to concatenate a table value (local 'x')",
		function(x) return "x" .. x end, plain)
end)

test("length", function()
	local o = setmetatable({1, 2, 3}, {__len = function(t) return rawlen(t) * 10 end})
	vals("30, 3", #o, rawlen(o))
	local s = setmetatable({}, {__len = function() return "long" end})
	eq(#s, "long", "any value")
	eq(#setmetatable({}, {__len = function() return 1, 2 end}), 1)
	getmetatable("").__len = function() return -1 end
	eq(#"abc", 3, "strings have no such event")
	getmetatable("").__len = nil
end)

test("unary events get the operand twice", function()
	local same
	local o = setmetatable({}, {
		__unm = function(a, b) same = rawequal(a, b) return 1 end,
		__bnot = function(a, b) same = rawequal(a, b) return 2 end,
		__len = function(a, b) same = rawequal(a, b) return 3 end,
	})
	vals("1, true", -o, same)
	vals("2, true", ~o, same)
	eq(#o, 3)
end)

test("events of other types through their shared metatable", function()
	debug.setmetatable(nil, {__add = function(_, b) return b end,
		__concat = function() return "nil!" end})
	local ok, r = pcall(T.code("return nil + 5, nil .. 'x'"))
	debug.setmetatable(nil, nil)
	eq(ok, true)
	eq(r, 5)
	debug.setmetatable(true, {__unm = function(b) return not b end})
	vals("false, true", -true, -false)
	debug.setmetatable(true, nil)
	err("attempt to perform arithmetic on a boolean value", function() return -true end)
	debug.setmetatable(print, {__band = function() return "f&" end})
	eq(print & 1, "f&")
	debug.setmetatable(print, nil)
	debug.setmetatable(1, {__len = function(n) return n + 1 end,
		__call = function(n, x) return n * x end, __index = {half = function(n) return n // 2 end}})
	vals("6, 50, 4", #5, (5)(10), (8):half())
	debug.setmetatable(1, nil)
	err("attempt to get length of a number value", function() return #5 end)
end)

test("metamethods that are no functions", function()
	local o = setmetatable({}, {__add = 5, __lt = {}, __concat = "x"})
	err("attempt to call a number value (metamethod 'add')", function() return o + 1 end)
	err("attempt to call a table value (metamethod 'lt')", function() return o < o end)
	err("attempt to call a string value (metamethod 'concat')",
		function() return o .. "x" end)
	local callable = setmetatable({}, {__call = function(_, a, b) return rawequal(a, b) end})
	local p = setmetatable({}, {__mul = callable})
	vals("true, false", p * p, p * 2)
end)

test("errors inside metamethods pass through", function()
	local o = setmetatable({}, {__add = function() error("in add", 0) end,
		__eq = function() error({}) end, __lt = function() error("in lt", 0) end})
	err("in add", function() return o + 1 end)
	err("in lt", function() return o < 1 end)
	local ok, e = pcall(function() return o == setmetatable({}, {}) end)
	eq(ok, false)
	eq(type(e), "table")
end)

return T.finish()
