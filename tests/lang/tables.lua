-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.6, the table library except sort; and tables themselves (2.1, 3.2).

local T = require "tests.lang.harness"
local test, lines, eq, vals, err, errany = T.test, T.lines, T.eq, T.vals, T.err, T.errany

test("the library is complete", function()
	local names = {}
	for k, v in pairs(table) do
		eq(type(v), "function")
		names[#names + 1] = k
	end
	table.sort(names)
	eq(table.concat(names, " "), "concat insert move pack remove sort unpack")
end)

test("insert", function()
	lines [[
local t = {} table.insert(t, "a") return t[1], #t	--> "a", 1
local t = {1, 2} table.insert(t, 3) return t[3]		--> 3
local t = {1, 2} table.insert(t, 1, 0) return t[1], t[2], t[3]	--> 0, 1, 2
local t = {1, 2} table.insert(t, 3, 9) return t[3]	--> 9
local t = {1, 3} table.insert(t, 2, 2) return table.concat(t, ",")	--> "1,2,3"
local t = {} table.insert(t, 1, "x") return t[1]	--> "x"
local t = {1} return table.insert(t, 2)			-->
local t = {1} table.insert(t, nil) return #t		--> 1
local t = {1} table.insert(t, "2", 5) return t[2]	--> 5
table.insert({1, 2}, 4, "x")	--! bad argument #2 to 'insert' (position out of bounds)
table.insert({1, 2}, 0, "x")	--! bad argument #2 to 'insert' (position out of bounds)
table.insert({1, 2}, -1, "x")	--! bad argument #2 to 'insert' (position out of bounds)
table.insert({}, math.maxinteger, 1)	--! bad argument #2 to 'insert' (position out of bounds)
table.insert({}, math.mininteger, 1)	--! bad argument #2 to 'insert' (position out of bounds)
table.insert({1})		--! wrong number of arguments to 'insert'
table.insert({1}, 1, 2, 3)	--! wrong number of arguments to 'insert'
table.insert(1, 2)		--! bad argument #1 to 'insert' (table expected, got number)
table.insert(nil, 2)		--! bad argument #1 to 'insert' (table expected, got nil)
table.insert()			--! bad argument #1 to 'insert' (table expected, got no value)
table.insert({}, "x", 1)	--! bad argument #2 to 'insert' (number expected, got string)
table.insert({}, "1.0", 1)	--! bad argument #2 to 'insert' (number expected, got string)
]]
end)

test("remove", function()
	lines [[
local t = {1, 2, 3} return table.remove(t), #t		--> 3, 2
local t = {1, 2, 3} return table.remove(t, 1), t[1], #t	--> 1, 2, 2
local t = {1, 2, 3} return table.remove(t, 2), table.concat(t, ",")	--> 2, "1,3"
local t = {1, 2, 3} return table.remove(t, 3), #t	--> 3, 2
local t = {1, 2, 3} return table.remove(t, 4), #t	--> nil, 3
local t = {} return table.remove(t), #t			--> nil, 0
local t = {} return table.remove(t, 0)			--> nil
local t = {[0] = "z"} return table.remove(t, 0), t[0]	--> "z", nil
local t = {[0] = "z"} return table.remove(t)		--> "z"
select("#", table.remove({}))				--> 1
table.remove({1, 2, 3}, 5)	--! bad argument #2 to 'remove' (position out of bounds)
table.remove({1, 2, 3}, 0)	--! bad argument #2 to 'remove' (position out of bounds)
table.remove({1, 2, 3}, -1)	--! bad argument #2 to 'remove' (position out of bounds)
table.remove({}, 2)		--! bad argument #2 to 'remove' (position out of bounds)
table.remove({1}, math.maxinteger)	--! bad argument #2 to 'remove' (position out of bounds)
table.remove("x")		--! bad argument #1 to 'remove' (table expected, got string)
table.remove({}, {})		--! bad argument #2 to 'remove' (number expected, got table)
]]
end)

test("concat", function()
	lines [[
table.concat({}), table.concat({"a"}), table.concat({"a", "b"})	--> "", "a", "ab"
table.concat({1, 2, 3}, ", ")			--> "1, 2, 3"
table.concat({1, 2, 3}, ",", 2), table.concat({1, 2, 3}, ",", 2, 2)	--> "2,3", "2"
table.concat({1, 2, 3}, ",", 3, 2), table.concat({1, 2, 3}, ",", 1, 0)	--> "", ""
table.concat({1, 2, 3}, "", -1, 0)	--! invalid value (nil) at index -1 in table for 'concat'
table.concat({1, {}, 3})	--! invalid value (table) at index 2 in table for 'concat'
table.concat({1, nil, 3}, "", 1, 3)	--! invalid value (nil) at index 2 in table for 'concat'
table.concat({true})		--! invalid value (boolean) at index 1 in table for 'concat'
table.concat({1, 2}, ",", 1, 3)	--! invalid value (nil) at index 3 in table for 'concat'
table.concat({"a", "b"}, 0)			--> "a0b"
table.concat({[5] = "e", [6] = "f"}, "-", 5, 6)	--> "e-f"
table.concat({[-1] = "a", [0] = "b", "c"}, "", -1, 1)	--> "abc"
table.concat({"x"}, "\0")			--> "x"
table.concat({[math.maxinteger] = "m"}, "", math.maxinteger, math.maxinteger)	--> "m"
table.concat({}, "x", math.maxinteger, math.mininteger)	--> ""
table.concat(5)			--! bad argument #1 to 'concat' (table expected, got number)
table.concat({}, {})		--! bad argument #2 to 'concat' (string expected, got table)
table.concat({}, "", {})	--! bad argument #3 to 'concat' (number expected, got table)
table.concat({1}, nil, nil, nil)		--> "1"
]]
	local t = {}
	for i = 1, 1000 do
		t[i] = "ab"
	end
	eq(#table.concat(t, ","), 2999)
end)

test("pack and unpack", function()
	lines [[
local t = table.pack() return t.n, #t			--> 0, 0
local t = table.pack(1, nil, 3, nil) return t.n, t[1], t[2], t[3], t[4]	--> 4, 1, nil, 3, nil
table.unpack({})					-->
table.unpack({1, 2, 3})					--> 1, 2, 3
table.unpack({1, 2, 3}, 2), table.unpack({1, 2, 3}, 2, 3)	--> 2, 2, 3
table.unpack({1, nil, 3}, 1, 3)				--> 1, nil, 3
table.unpack({1, 2}, 1, 4)				--> 1, 2, nil, nil
table.unpack({1, 2}, 3)					-->
table.unpack({1, 2}, 2, 1)				-->
table.unpack({1, 2}, -1, 1)				--> nil, nil, 1
table.unpack({}, 0, 0)					--> nil
table.unpack("abc", 1, 0)				-->
table.unpack("abc", 1, 2)				--> nil, nil
table.unpack({}, math.maxinteger, math.mininteger)	-->
table.unpack({}, math.maxinteger, math.maxinteger)	--> nil
table.unpack({}, math.mininteger, math.mininteger)	--> nil
table.unpack({}, 1, 1 << 40)	--! too many results to unpack
table.unpack({}, 1, math.maxinteger)	--! too many results to unpack
table.unpack({}, math.mininteger, math.maxinteger)	--! too many results to unpack
table.unpack({}, math.mininteger, 0)	--! too many results to unpack
table.unpack({}, 0, math.maxinteger)	--! too many results to unpack
table.unpack({}, -1, math.maxinteger)	--! too many results to unpack
table.unpack()		--! attempt to get length of a nil value
table.unpack({}, "x")	--! bad argument #2 to 'unpack' (number expected, got string)
table.unpack({}, 1, {})	--! bad argument #3 to 'unpack' (number expected, got table)
]]
	eq(select("#", table.unpack({}, 1, 500)), 500)
	errany({"too many results to unpack", "stack overflow"}, table.unpack, {}, 1, 1000000)
end)

test("move", function()
	local function moved(t, f, e, at, to)
		local r = table.move(t, f, e, at, to)
		local out = {}
		for i = 1, 8 do
			out[i] = tostring(r[i])
		end
		return table.concat(out, " ")
	end
	eq(moved({1, 2, 3}, 1, 3, 2), "1 1 2 3 nil nil nil nil", "overlap upwards")
	eq(moved({1, 2, 3}, 2, 3, 1), "2 3 3 nil nil nil nil nil", "overlap downwards")
	eq(moved({1, 2, 3}, 1, 3, 1), "1 2 3 nil nil nil nil nil")
	eq(moved({1, 2, 3}, 1, 3, 4), "1 2 3 1 2 3 nil nil")
	eq(moved({1, 2, 3}, 1, 0, 5), "1 2 3 nil nil nil nil nil", "an empty range")
	eq(moved({1, 2, 3}, 1, 3, 2, {9}), "9 1 2 3 nil nil nil nil")
	eq(moved({1, nil, 3}, 1, 3, 1, {7, 8, 9}), "1 nil 3 nil nil nil nil nil")
	eq(moved({}, 1, 3, 1, {7, 8, 9}), "nil nil nil nil nil nil nil nil")
	eq(moved({[-1] = "x", [0] = "y"}, -1, 0, 1), "x y nil nil nil nil nil nil")
	local a, b = {1}, {}
	eq(table.move(a, 1, 1, 1, b), b)
	eq(table.move(a, 1, 1, 2), a)
	vals('"m"', table.move({[math.maxinteger] = "m"}, math.maxinteger, math.maxinteger, 1)[1])
	eq(table.move({[1] = "f"}, 1, 1, math.maxinteger)[math.maxinteger], "f")
	lines [[
table.move({}, 1, math.maxinteger, 2)	--! bad argument #4 to 'move' (destination wrap around)
table.move({}, 1, 2, math.maxinteger)	--! bad argument #4 to 'move' (destination wrap around)
table.move({}, math.mininteger, 0, 1)	--! bad argument #3 to 'move' (too many elements to move)
table.move({}, 0, math.maxinteger, 1)	--! bad argument #3 to 'move' (too many elements to move)
table.move({}, math.mininteger, math.maxinteger, 0)	--! bad argument #3 to 'move' (too many elements to move)
type(table.move({}, math.maxinteger, math.mininteger, 1))	--> "table"
table.move(1, 1, 1, 1)	--! bad argument #1 to 'move' (table expected, got number)
table.move({}, 1, 1, 1, 1)	--! bad argument #5 to 'move' (table expected, got number)
table.move({}, 1, 1)	--! bad argument #4 to 'move' (number expected, got no value)
table.move({}, "x", 1, 1)	--! bad argument #2 to 'move' (number expected, got string)
]]
end)

test("the library respects metamethods", function()
	local log = {}
	local data = {10, 20, 30}
	local p = setmetatable({}, {
		__len = function() return #data end,
		__index = function(_, k) log[#log + 1] = "r" .. k return data[k] end,
		__newindex = function(_, k, v) log[#log + 1] = "w" .. k data[k] = v end,
	})
	eq(table.concat(p, ","), "10,20,30")
	vals("10, 20, 30", table.unpack(p))
	log = {}
	table.insert(p, 40)
	eq(table.concat(log, " "), "w4")
	log = {}
	eq(table.remove(p), 40)
	eq(table.concat(log, " "), "r4 w4")
	log = {}
	table.insert(p, 1, 5)
	eq(table.concat(data, ","), "5,10,20,30")
	eq(table.remove(p, 1), 5)
	table.move(p, 1, 3, 2)
	eq(table.concat(data, ","), "10,10,20,30")
	err("object length is not an integer", table.insert,
		setmetatable({}, {__len = function() return "x" end}), 1)
	eq(table.unpack(setmetatable({}, {__len = function() return "1" end}), 1), nil)
	err("bad argument #1 to 'table.insert' (table expected, got string)",
		table.insert, "abc", 1)
	vals('"b", "c"', table.unpack(setmetatable({}, {__index = {"a", "b", "c"},
		__len = function() return 3 end}), 2))
end)

test("keys of every type", function()
	local t, f, co = {}, function() end, coroutine.create(print)
	local k = {}
	t[1], t["1"], t[true], t[false], t[k], t[f], t[co], t[print] = 1, 2, 3, 4, 5, 6, 7, 8
	vals("1, 2, 3, 4, 5, 6, 7, 8", t[1], t["1"], t[true], t[false], t[k], t[f], t[co],
		t[print])
	t[math.maxinteger], t[math.mininteger], t[0], t[-1] = "a", "b", "c", "d"
	vals('"a", "b", "c", "d"', t[math.maxinteger], t[math.mininteger], t[0], t[-1])
	eq(t[nil], nil)
	eq(t[{}], nil)
	err("table index is nil", function() t[nil] = 1 end)
	err("table index is nil", rawset, t, nil, 1)
end)

test("growing, shrinking, holes", function()
	local t = {}
	for i = 1, 5000 do
		t[i] = i
	end
	eq(#t, 5000)
	for i = 5000, 11, -1 do
		t[i] = nil
	end
	eq(#t, 10)
	for i = 100, 1, -1 do
		t[i] = i
	end
	eq(#t, 100)
	local h = {}
	for i = 1, 1000 do
		h["k" .. i] = i
		h[i * 1000003] = i
	end
	local n = 0
	for _ in pairs(h) do
		n = n + 1
	end
	eq(n, 2000)
	eq(h["k500"] + h[500 * 1000003], 1000)
	local s = {}
	for i = 1, 64 do
		s[1 << (i - 1)] = i
	end
	n = 0
	for k, v in pairs(s) do
		n = n + (k == 1 << (v - 1) and 1 or 0)
	end
	eq(n, 64, "every power of two is its own key")
end)

return T.finish()
