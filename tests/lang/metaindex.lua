-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 2.4 and 6.1: __index, __newindex, __call, __tostring, __name,
-- __metatable, __pairs, and the functions that look past them.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

test("__index as a function", function()
	local seen
	local t = setmetatable({a = 1}, {__index = function(self, k)
		seen = self
		return k .. "!"
	end})
	vals('1, "b!", "5!"', t.a, t.b, t[5])
	eq(seen, t)
	eq(rawget(t, "b"), nil)
	eq(setmetatable({}, {__index = function() return 1, 2 end}).x, 1)
	eq(select("#", setmetatable({}, {__index = function() end}).x), 1)
	eq(setmetatable({}, {__index = function(_, k) return k end})[nil], nil)
	eq(setmetatable({}, {__index = function(_, k) return k end})[true], true)
end)

test("__index as a table, chained", function()
	local a = {x = 1}
	local b = setmetatable({y = 2}, {__index = a})
	local c = setmetatable({z = 3}, {__index = b})
	vals("1, 2, 3, nil", c.x, c.y, c.z, c.w)
	a.w = 4
	eq(c.w, 4)
	b.x = false
	eq(c.x, false, "false is a value")
	local base = {1, 2, 3}
	local d = setmetatable({}, {__index = base})
	vals("1, 3, nil", d[1], d[3], d[4])
	eq(#d, 0, "length is not inherited")
	local t = setmetatable({}, {})
	getmetatable(t).__index = getmetatable(t)
	getmetatable(t).v = 7
	eq(t.v, 7)
	local s = setmetatable({}, {__index = "abc"})
	eq(s.len, string.len, "a string as __index")
end)

test("a loop of __index ends in an error", function()
	local t = {}
	setmetatable(t, {__index = t})
	err("'__index' chain too long; possible loop", function() return t.x end)
	local a, b = {}, {}
	setmetatable(a, {__index = b})
	setmetatable(b, {__index = a})
	err("'__index' chain too long; possible loop", function() return a[1] end)
	setmetatable(a, {__newindex = b})
	setmetatable(b, {__newindex = a})
	err("'__newindex' chain too long; possible loop", function() a.x = 1 end)
end)

test("__newindex", function()
	local log = {}
	local t = setmetatable({a = 1}, {__newindex = function(self, k, v)
		log[#log + 1] = k .. "=" .. tostring(v)
		rawset(self, k, v)
	end})
	t.a, t.b = 2, 3
	t.b = 4
	t[1] = nil
	eq(table.concat(log, " "), "b=3 1=nil")
	vals("2, 4", t.a, t.b)
	local store = {}
	local p = setmetatable({}, {__newindex = store, __index = store})
	p.x = 5
	vals("5, nil, 5", p.x, rawget(p, "x"), store.x)
	local q = setmetatable({}, {__newindex = p})
	q.y = 6
	vals("nil, 6", rawget(q, "y"), store.y)
	local r = setmetatable({}, {__newindex = function() error("read only", 0) end})
	err("read only", function() r.x = 1 end)
	err("read only", function() r[1] = 1 end)
	err("read only", function() r[print] = 1 end)
	rawset(r, "x", 1)
	r.x = 2
	eq(r.x, 2, "an existing field is simply set")
	r.x = nil
	err("read only", function() r.x = 3 end)
end)

test("indexing other values", function()
	lines [[
("x").len == string.len, ("x").nothing		--> true, nil
("abc"):upper()					--> "ABC"
(5).x			--! attempt to index a number value
(nil).x			--! attempt to index a nil value
(true).x		--! attempt to index a boolean value
print.x			--! attempt to index a function value (global 'print')
local f = print f.x = 1	--! attempt to index a function value (local 'f')
("x").y = 1		--! attempt to index a string value (constant 'x')
local s = "x" s[1] = 2	--! attempt to index a string value (local 's')
nothere.x		--! attempt to index a nil value (global 'nothere')
nothere.x.y		--! attempt to index a nil value (global 'nothere')
string.nothere.y	--! attempt to index a nil value (field 'nothere')
nothere[1]		--! attempt to index a nil value (global 'nothere')
nothere:m()		--! attempt to index a nil value (global 'nothere')
local t = {} t.x.y = 1	--! attempt to index a nil value (field 'x')
local t = {} t[1][2] = 1	--! attempt to index a nil value (field 'integer index')
local t = {{}} return t[1][2][3]	--! attempt to index a nil value (field 'integer index')
]]
end)

test("__call", function()
	local t = setmetatable({}, {__call = function(self, ...)
		return type(self), select("#", ...), ...
	end})
	vals('"table", 0', t())
	vals('"table", 2, 1, nil', t(1, nil))
	vals('"table", 1, "x"', t"x")
	eq(select("#", t(table.unpack({}, 1, 50))), 52)
	local u = setmetatable({}, {__call = t})
	vals('"table", 2', (select(1, u(9))), (select(2, u(9))))
	local function tail(f, ...) return f(...) end
	vals('"table", 1, 5', tail(t, 5))
	vals('true, "table", 1, 7', pcall(t, 7))
	err("attempt to call a table value", function() return ({})() end)
	err("attempt to call a number value", function()
		return setmetatable({}, {__call = 5})()
	end)
	local o = {m = t}
	vals('"table", 1, table', o:m())
end)

test("__tostring", function()
	local mt = {__tostring = function(t) return "<" .. t.v .. ">" end}
	local t = setmetatable({v = 5}, mt)
	eq(tostring(t), "<5>")
	eq(("%s"):format(t), "<5>")
	eq(("%5s|%-5s|"):format(t, t), "  <5>|<5>  |")
	mt.__tostring = function() return 5 end
	eq(("%s"):format(t), "5", "a number will do")
	mt.__tostring = function() return nil end
	err("'__tostring' must return a string", tostring, t)
	err("'__tostring' must return a string", string.format, "%s", t)
	mt.__tostring = function() return {} end
	err("'__tostring' must return a string", tostring, t)
	mt.__tostring = function() error("no name", 0) end
	err("no name", tostring, t)
	mt.__tostring = false
	err("attempt to call a boolean value", tostring, t)
	mt.__tostring = "x"
	T.err("attempt to call a string value", tostring, t)
	T.ok(not pcall(function() return "x" .. setmetatable({}, mt) end))
end)

test("__name", function()
	local t = setmetatable({}, {__name = "my.class"})
	T.ok(tostring(t):find("^my%.class: "), tostring(t))
	err("attempt to perform arithmetic on a my.class value (local 'x')",
		function(x) return x + 1 end, t)
	err("attempt to compare two my.class values", function() return t < t end)
	err("attempt to compare my.class with number", function() return t < 1 end)
	err("attempt to call a my.class value (local 'x')", function(x) x() end, t)
	err("bad argument #1 to 'string.rep' (string expected, got my.class)", string.rep, t)
	local n = setmetatable({}, {__name = 5})
	T.ok(tostring(n):find("^table: "), "only a string counts")
	err("bad argument #1 to 'string.rep' (string expected, got table)", string.rep, n)
end)

test("__metatable", function()
	local mt = {__metatable = "locked"}
	local t = setmetatable({}, mt)
	eq(getmetatable(t), "locked")
	err("cannot change a protected metatable", setmetatable, t, {})
	err("cannot change a protected metatable", setmetatable, t, nil)
	eq(getmetatable(setmetatable({}, {__metatable = false})), false)
	mt.__metatable = nil
	eq(getmetatable(t), mt)
	eq(setmetatable(t, nil), t)
	eq(getmetatable(t), nil)
	eq(getmetatable("").__index, string)
	eq(getmetatable("a"), getmetatable("b"))
	vals("nil, nil, nil, nil", getmetatable(1), getmetatable(nil),
		getmetatable(true), getmetatable(print))
end)

test("setmetatable checks its arguments", function()
	lines [[
setmetatable()			--! bad argument #1 to 'setmetatable' (table expected, got no value)
setmetatable(1, {})		--! bad argument #1 to 'setmetatable' (table expected, got number)
setmetatable("x", {})		--! bad argument #1 to 'setmetatable' (table expected, got string)
setmetatable(print, {})		--! bad argument #1 to 'setmetatable' (table expected, got function)
setmetatable({})		--! bad argument #2 to 'setmetatable' (nil or table expected, got no value)
setmetatable({}, 1)		--! bad argument #2 to 'setmetatable' (nil or table expected, got number)
setmetatable({}, "x")		--! bad argument #2 to 'setmetatable' (nil or table expected, got string)
getmetatable()			--! bad argument #1 to 'getmetatable' (value expected)
local t = {} return setmetatable(t, {}) == t	--> true
]]
end)

test("__pairs", function()
	local t = setmetatable({}, {__pairs = function(self)
		return function(_, k)
			k = (k or 0) + 1
			if k <= 3 then return k, k * k end
		end, self, nil
	end})
	local s = ""
	for k, v in pairs(t) do
		s = s .. k .. "=" .. v .. " "
	end
	eq(s, "1=1 2=4 3=9 ")
	local m = setmetatable({}, {__pairs = function() return 1, 2, 3, 4, 5 end})
	vals("1, 2, 3", pairs(m))
	vals("nil, nil, nil", pairs(setmetatable({}, {__pairs = function() end})))
	err("bad argument #1 to 'for iterator' (table expected, got nil)", function()
		for _ in next do end
	end)
	eq(pairs(setmetatable({}, {__name = "x"})), next)
	err("in pairs", pairs, setmetatable({}, {__pairs = function()
		error("in pairs", 0)
	end}))
end)

test("ipairs respects __index", function()
	local t = setmetatable({1}, {__index = function(_, i)
		if i < 4 then return i * 10 end
	end})
	local s = ""
	for i, v in ipairs(t) do
		s = s .. i .. "=" .. v .. " "
	end
	eq(s, "1=1 2=20 3=30 ")
end)

test("the raw functions look past metamethods", function()
	local t = setmetatable({1, 2}, {__index = error, __newindex = error,
		__len = error, __eq = error})
	vals("1, nil, 2", rawget(t, 1), rawget(t, "x"), rawlen(t))
	eq(rawset(t, "x", 5), t)
	eq(rawget(t, "x"), 5)
	vals("true, false", rawequal(t, t), rawequal(t, {}))
	vals("true, false, true", rawequal("a", "a"), rawequal(1, "1"), rawequal(nil, nil))
	lines [[
rawget()		--! bad argument #1 to 'rawget' (table expected, got no value)
rawget("x", 1)		--! bad argument #1 to 'rawget' (table expected, got string)
rawget({})		--! bad argument #2 to 'rawget' (value expected)
rawset({}, 1)		--! bad argument #3 to 'rawset' (value expected)
rawset({}, nil, 1)	--! table index is nil
rawset(1, 1, 1)		--! bad argument #1 to 'rawset' (table expected, got number)
rawlen(5)		--! bad argument #1 to 'rawlen' (table or string expected, got number)
rawlen("abc"), rawlen({1})	--> 3, 1
rawequal(1)		--! bad argument #2 to 'rawequal' (value expected)
rawequal()		--! bad argument #1 to 'rawequal' (value expected)
]]
end)

test("a simple class", function()
	local Point = {}
	Point.__index = Point
	Point.__eq = function(a, b) return a.x == b.x and a.y == b.y end
	Point.__add = function(a, b) return Point.new(a.x + b.x, a.y + b.y) end
	Point.__tostring = function(p) return p.x .. "," .. p.y end
	function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
	function Point:norm1() return math.abs(self.x) + math.abs(self.y) end
	local Point3 = setmetatable({}, {__index = Point})
	Point3.__index = Point3
	function Point3.new(x, y, z)
		local p = setmetatable(Point.new(x, y), Point3)
		p.z = z
		return p
	end
	local p, q = Point.new(1, -2), Point.new(3, 4)
	eq(tostring(p + q), "4,2")
	vals("true, false, 3", p == Point.new(1, -2), p == q, p:norm1())
	local r = Point3.new(1, 2, 3)
	vals("3, 3", r:norm1(), r.z)
end)

return T.finish()
