-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.4.1: arithmetic. 64-bit integers that wrap; `//` and `/` are the
-- same floor division (api-facts.md, section 1; trap T30).

local T = require "tests.lang.harness"
local test, lines, eq = T.test, T.lines, T.eq

local env = {max = math.maxinteger, min = math.mininteger}

test("addition, subtraction, multiplication, negation", function()
	lines([[
1 + 2, 1 - 2, -1 + -2		--> 3, -1, -3
3 * 4, -3 * 4, -3 * -4, 0 * -4	--> 12, -12, 12, 0
-5, - -5, -(-5), -0		--> -5, 5, 5, 0
2 + 3 * 4, (2 + 3) * 4		--> 14, 20
10 - 3 - 2, 10 - (3 - 2)	--> 5, 9
]], env)
end)

test("results wrap around", function()
	lines([[
max + 1 == min			--> true
min - 1 == max			--> true
max + max			--> -2
min + min			--> 0
max * 2				--> -2
max * max			--> 1
min * 2				--> 0
min * -1 == min			--> true
min * min			--> 0
-min == min			--> true
-max == min + 1			--> true
max * min == min		--> true
0 - min == min			--> true
1 - min == min + 1		--> true
0x7fffffff * 0x7fffffff		--> 4611686014132420609
0x100000000 * 0x100000000	--> 0
0x80000000 * 0x100000000 == min	--> true
3037000500 * 3037000500 == -9223372036709301616	--> true
]], env)
end)

test("floor division, all signs", function()
	lines [[
7 // 2, -7 // 2, 7 // -2, -7 // -2	--> 3, -4, -4, 3
6 // 2, -6 // 2, 6 // -2, -6 // -2	--> 3, -3, -3, 3
1 // 3, -1 // 3, 1 // -3, -1 // -3	--> 0, -1, -1, 0
0 // 5, 0 // -5, -0 // 5		--> 0, 0, 0
5 // 1, 5 // -1, -5 // 1, -5 // -1	--> 5, -5, -5, 5
5 // 7, -5 // 7, 5 // -7, -5 // -7	--> 0, -1, -1, 0
]]
end)

test("/ is the same floor division", function()
	lines [[
7 / 2, -7 / 2, 7 / -2, -7 / -2		--> 3, -4, -4, 3
6 / 2, -6 / 2, 6 / -2, -6 / -2		--> 3, -3, -3, 3
1 / 3, -1 / 3, 1 / -3, -1 / -3		--> 0, -1, -1, 0
0 / 5, 0 / -5				--> 0, 0
1000000007 / 1000000			--> 1000
'10' / 2, 10 / '2', '7' / '-2'		--> 5, 5, -4
local t = 1700000000123456789 return t / 1000000	--> 1700000000123
local a, b = -7, 2 return a / b, a / 2, -7 / b	--> -4, -4, -4
]]
	for a = -9, 9 do
		for b = -4, 4 do
			if b ~= 0 then
				eq(a / b, a // b)
			end
		end
	end
end)

test("modulo takes the sign of the divisor", function()
	lines [[
7 % 3, -7 % 3, 7 % -3, -7 % -3		--> 1, 2, -2, -1
6 % 3, -6 % 3, 6 % -3, -6 % -3		--> 0, 0, 0, 0
1 % 5, -1 % 5, 1 % -5, -1 % -5		--> 1, 4, -4, -1
0 % 5, 0 % -5				--> 0, 0
5 % 1, -5 % 1, 5 % -1, -5 % -1		--> 0, 0, 0, 0
]]
	for a = -9, 9 do
		for b = -4, 4 do
			if b ~= 0 then
				eq((a // b) * b + a % b, a, a .. "," .. b)
			end
		end
	end
end)

test("division at the edges of the range", function()
	lines([[
min // -1 == min		--> true
min / -1 == min			--> true
min % -1			--> 0
max // -1 == -max		--> true
max % -1			--> 0
min // 1 == min			--> true
min // min, max // max		--> 1, 1
max // min, min // max		--> -1, -2
max % min, min % max		--> -1, 9223372036854775806
min % min, max % max		--> 0, 0
min % 10, max % 10		--> 2, 7
min % -10, max % -10		--> -8, -3
min // 2, max // 2		--> -4611686018427387904, 4611686018427387903
1 // min, -1 // min, 1 // max, -1 // max	--> -1, 0, 0, -1
1 % min == min + 1		--> true
-1 % max == max - 1		--> true
-1 % min, 1 % max		--> -1, 1
local m, n = min, -1 return m // n == m, m / n == m, m % n	--> true, true, 0
]], env)
end)

-- The documented spelling has two percent signs, a plain build of Lua prints
-- one: the port decides, a script may match on either.
local function modzero(src, ...)
	local ok, msg = pcall(T.code(src), ...)
	T.ok(not ok and T.bare(msg):find("^attempt to perform 'n%%%%?0'$"), src ..
		": " .. tostring(msg))
end

test("division by zero", function()
	lines([[
1 // 0				--! attempt to divide by zero
1 / 0				--! attempt to divide by zero
0 // 0				--! attempt to divide by zero
0 / 0				--! attempt to divide by zero
min // 0			--! attempt to divide by zero
'1' / '0'			--! attempt to divide by zero
'1' // 0			--! attempt to divide by zero
local a, b = 1, 0 return a // b	--! attempt to divide by zero
local a, b = 1, 0 return a / b	--! attempt to divide by zero
local a = 5 return a // 0	--! attempt to divide by zero
local a = 5 return a / 0	--! attempt to divide by zero
local b = 0 return 5 // b	--! attempt to divide by zero
local b = 0 return 5 / b	--! attempt to divide by zero
local a <const>, b <const> = 1, 0 return a // b	--! attempt to divide by zero
]], env)
	modzero "return 1 % 0"
	modzero "return 0 % 0"
	modzero("local a, b = ... return a % b", 1, 0)
	modzero("local a = ... return a % 0", math.mininteger)
	modzero("local b = ... return 7 % b", 0)
	modzero("local b = ... return 'x' .. 7 % b", 0)
	modzero "return '7' % '0'"
end)

test("constant folding agrees with run time", function()
	local vals = {0, 1, -1, 2, -2, 3, 7, -7, 10, 63, 64, -64, 255,
		math.maxinteger, math.mininteger, math.maxinteger - 1}
	local ops = {"+", "-", "*", "//", "/", "%"}
	for _, op in ipairs(ops) do
		local f = T.code("local a, b = ... return a " .. op .. " b")
		local src = {}
		local want = {}
		for _, a in ipairs(vals) do
			for _, b in ipairs(vals) do
				if not (b == 0 and (op == "//" or op == "/" or op == "%")) then
					src[#src + 1] = ("0x%x %s 0x%x"):format(a, op, b)
					want[#want + 1] = f(a, b)
				end
			end
		end
		local same = true
		for i, s in ipairs(src) do
			same = same and T.code("return " .. s)() == want[i]
		end
		T.ok(same, "folding of " .. op)
	end
end)

test("operands in registers, constants and immediates", function()
	lines [[
local a = 10 return a + 1, 1 + a, a + 300, 300 + a, a - 1, 1 - a	--> 11, 11, 310, 310, 9, -9
local a = 10 return a * 2, 2 * a, a // 3, 100 // a, a % 3, 100 % a	--> 20, 20, 3, 10, 1, 0
local a = 10 return a - 128, a - -127, a + -128, a + 127	--> -118, 137, -118, 137
local a = 10 return a * 1000000007, a % 1000003, a // 1000003	--> 10000000070, 10, 0
local a = 10 return a / 3, 100 / a, a / 300, 3000 / a	--> 3, 10, 0, 300
local a <const> = 7 local b <const> = 2 return a // b, a % b, a / b	--> 3, 1, 3
]]
end)

test("strings that are integers are converted", function()
	lines [[
"10" + 1, 1 + "10", "10" + "1"		--> 11, 11, 11
"10" - 1, "3" * "4", "7" // 2, "7" % 2	--> 9, 12, 3, 1
-"2", -"-2", - "0x10"			--> -2, 2, -16
" 10 " + 1, "\t10\n" + 1, "0x10" + 1	--> 11, 11, 17
"-0x10" + 0, "+7" + 0, "007" + 0	--> -16, 7, 7
"0xffffffffffffffff" + 0		--> -1
"9223372036854775807" + 1 == math.mininteger	--> true
math.ult("1", "2")			--> true
]]
end)

test("strings that are no integers are refused", function()
	lines [[
"a" + 1		--! attempt to add a 'string' with a 'number'
1 + "a"		--! attempt to add a 'number' with a 'string'
"a" - "b"	--! attempt to sub a 'string' with a 'string'
"" + 1		--! attempt to add a 'string' with a 'number'
"1 2" + 1	--! attempt to add a 'string' with a 'number'
"1.5" + 1	--! attempt to add a 'string' with a 'number'
"1." + 1	--! attempt to add a 'string' with a 'number'
"1e1" * 2	--! attempt to mul a 'string' with a 'number'
"0x" - 2	--! attempt to sub a 'string' with a 'number'
"1\0" + 1	--! attempt to add a 'string' with a 'number'
"9223372036854775808" + 0	--! attempt to add a 'string' with a 'number'
-"x"		--! attempt to unm a 'string' with a 'string'
"x" // 2	--! attempt to idiv a 'string' with a 'number'
"x" / 2		--! attempt to idiv a 'string' with a 'number'
2 / "1.0"	--! attempt to idiv a 'number' with a 'string'
2 % "x"		--! attempt to mod a 'number' with a 'string'
"10" + {}	--! attempt to add a 'string' with a 'table'
{} + "10"	--! attempt to add a 'table' with a 'string'
"a" .. 1 + nil	--! attempt to perform arithmetic on a nil value
"1" + nil	--! attempt to add a 'string' with a 'nil'
]]
end)

test("other types are refused by name", function()
	lines([[
nil + 1		--! attempt to perform arithmetic on a nil value
1 + nil		--! attempt to perform arithmetic on a nil value
true + 1	--! attempt to perform arithmetic on a boolean value
{} + 1		--! attempt to perform arithmetic on a table value
1 - {}		--! attempt to perform arithmetic on a table value
print * 1	--! attempt to perform arithmetic on a function value (global 'print')
-{}		--! attempt to perform arithmetic on a table value
-nil		--! attempt to perform arithmetic on a nil value
-true		--! attempt to perform arithmetic on a boolean value
co % 2		--! attempt to perform arithmetic on a thread value (global 'co')
{} // 1		--! attempt to perform arithmetic on a table value
{} / 1		--! attempt to perform arithmetic on a table value
1 / {}		--! attempt to perform arithmetic on a table value
nil / nil	--! attempt to perform arithmetic on a nil value
]], {co = coroutine.create(print)})
end)

return T.finish()
