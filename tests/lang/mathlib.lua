-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- The math library of the dialect: abs, max, min, tointeger, ult, maxinteger,
-- mininteger, and nothing else (api-facts.md, section 1).

local T = require "tests.lang.harness"
local test, lines, eq = T.test, T.lines, T.eq

test("exactly seven names", function()
	local names = {}
	for k in pairs(math) do
		names[#names + 1] = k
	end
	table.sort(names)
	eq(table.concat(names, " "), "abs max maxinteger min mininteger tointeger ult")
end)

test("what the documents list as absent is absent", function()
	for name in ([[acos asin atan ceil cos deg exp floor fmod huge log modf pi
		rad random randomseed sin sqrt tan type pow cosh sinh tanh frexp ldexp
		log10 atan2 mod]]):gmatch("%w+") do
		eq(math[name], nil, name)
	end
end)

test("limits", function()
	lines [[
math.maxinteger				--> 9223372036854775807
math.mininteger == -math.maxinteger - 1	--> true
math.mininteger				--> -9223372036854775808
math.maxinteger == 0x7fffffffffffffff, math.mininteger == 1 << 63	--> true, true
math.maxinteger + 1 == math.mininteger	--> true
]]
end)

test("abs", function()
	lines [[
math.abs(5), math.abs(-5), math.abs(0)	--> 5, 5, 0
math.abs(math.maxinteger) == math.maxinteger	--> true
math.abs(-math.maxinteger) == math.maxinteger	--> true
math.abs(math.mininteger) == math.mininteger	--> true
math.abs("-7")				--> 7
math.abs(-5, 3)				--> 5
math.abs()	--! bad argument #1 to 'abs' (number expected, got no value)
math.abs(nil)	--! bad argument #1 to 'abs' (number expected, got nil)
math.abs("x")	--! bad argument #1 to 'abs' (number expected, got string)
math.abs("1.5")	--! bad argument #1 to 'abs' (number expected, got string)
math.abs({})	--! bad argument #1 to 'abs' (number expected, got table)
]]
end)

test("max and min", function()
	lines [[
math.max(1), math.max(1, 2), math.max(2, 1), math.max(-1, -2)	--> 1, 2, 2, -1
math.min(1), math.min(1, 2), math.min(2, 1), math.min(-1, -2)	--> 1, 1, 1, -2
math.max(3, 9, 2, 7), math.min(3, 9, 2, 7)	--> 9, 2
math.max(math.mininteger, math.maxinteger) == math.maxinteger	--> true
math.min(math.mininteger, math.maxinteger) == math.mininteger	--> true
math.max(5, 5), math.min(0, -0)			--> 5, 0
math.max()	--! bad argument #1 to 'max' (number expected, got no value)
math.min()	--! bad argument #1 to 'min' (number expected, got no value)
math.max(1, nil)	--! bad argument #2 to 'max' (number expected, got nil)
math.min(1, {})		--! bad argument #2 to 'min' (number expected, got table)
math.max("x", 1)	--! bad argument #1 to 'max' (number expected, got string)
math.min(1, 2, "y")	--! bad argument #3 to 'min' (number expected, got string)
math.max(table.unpack({5, 1, 8, 3}))	--> 8
]]
	eq(math.max(4, table.unpack({}, 1, 0)), 4)
end)

test("tointeger", function()
	lines [[
math.tointeger(5), math.tointeger(-5), math.tointeger(0)	--> 5, -5, 0
math.tointeger(math.mininteger) == math.mininteger	--> true
math.tointeger("8"), math.tointeger("0x10")	--> 8, 16
math.tointeger("x"), math.tointeger({}), math.tointeger(true)	--> nil, nil, nil
math.tointeger("1.0"), math.tointeger("1e1")	--> nil, nil
math.tointeger(nil)		--> nil
math.tointeger(print)		--> nil
math.tointeger()	--! bad argument #1 to 'tointeger' (value expected)
]]
end)

test("ult", function()
	lines [[
math.ult(1, 2), math.ult(2, 1), math.ult(1, 1)	--> true, false, false
math.ult(1, -1), math.ult(-1, 1), math.ult(-2, -1)	--> true, false, true
math.ult(0, math.mininteger), math.ult(math.mininteger, 0)	--> true, false
math.ult(math.maxinteger, math.mininteger)	--> true
math.ult(-1, math.mininteger)	--> false
math.ult(1)	--! bad argument #2 to 'ult' (number expected, got no value)
math.ult({}, 1)	--! bad argument #1 to 'ult' (number expected, got table)
math.ult("x", 1)	--! bad argument #1 to 'ult' (number expected, got string)
]]
end)

test("integer replacements for what is absent", function()
	local function isqrt(n)
		if n < 2 then return n end
		local x, y = n, (n + 1) // 2
		while y < x do
			x, y = y, (y + n // y) // 2
		end
		return x
	end
	eq(isqrt(0), 0)
	eq(isqrt(99), 9)
	eq(isqrt(100), 10)
	eq(isqrt(1 << 62), 1 << 31)
	local function ipow(b, e)
		local r = 1
		while e > 0 do
			if e & 1 == 1 then r = r * b end
			b, e = b * b, e >> 1
		end
		return r
	end
	eq(ipow(2, 62), 1 << 62)
	eq(ipow(3, 39), 4052555153018976267)
	eq(ipow(-2, 63), math.mininteger)
	local function gcd(a, b)
		while b ~= 0 do
			a, b = b, a % b
		end
		return math.abs(a)
	end
	eq(gcd(48, 36), 12)
	eq(gcd(-48, 36), 12)
	local function ceildiv(a, b) return -(-a // b) end
	eq(ceildiv(7, 2), 4)
	eq(ceildiv(-7, 2), -3)
end)

return T.finish()
