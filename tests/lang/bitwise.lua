-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.4.2: bitwise operators and shifts of every count.

local T = require "tests.lang.harness"
local test, lines, eq = T.test, T.lines, T.eq

local env = {max = math.maxinteger, min = math.mininteger}

test("and, or, exclusive or, not", function()
	lines([[
0xf0 & 0x3c, 0xf0 | 0x3c, 0xf0 ~ 0x3c	--> 48, 252, 204
~0, ~1, ~-1, ~5				--> -1, -2, 0, -6
-1 & 255, -1 | 255, -1 ~ 255		--> 255, -1, -256
min & max, min | max, min ~ max		--> 0, -1, -1
~max == min, ~min == max		--> true, true
0 & -1, 0 | 0, 5 ~ 5			--> 0, 0, 0
~~7, ~(~7 & ~1)				--> 7, 7
0xffffffff & 0xffffffff00000000		--> 0
0x5555555555555555 | 0xaaaaaaaaaaaaaaaa	--> -1
]], env)
end)

test("shifts are logical", function()
	lines([[
1 << 0, 1 << 1, 1 << 10, 1 << 62	--> 1, 2, 1024, 4611686018427387904
1 << 63 == min				--> true
-1 >> 1 == max				--> true
-1 >> 63, min >> 63, max >> 62		--> 1, 1, 1
-1 << 63 == min				--> true
-8 >> 1 == 0x7ffffffffffffffc		--> true
0xff00 >> 8, 0xff << 8			--> 255, 65280
3 << 63 == min				--> true
]], env)
end)

test("a shift by 64 or more gives zero", function()
	lines([[
1 << 64, -1 << 64, -1 >> 64, min >> 64	--> 0, 0, 0, 0
1 << 65, 1 << 128, 1 << 1000000		--> 0, 0, 0
1 << max, 1 >> max, -1 << max, -1 >> max	--> 0, 0, 0, 0
local n = 64 return 1 << n, -1 >> n	--> 0, 0
local n = 65 return 1 << n, -1 >> n	--> 0, 0
local n = 63 return 1 << n == min, -1 >> n	--> true, 1
local n = max return 1 << n, -1 >> n	--> 0, 0
]], env)
end)

test("a negative count shifts the other way", function()
	lines([[
1 >> -1, 2 << -1, 1 >> -62		--> 2, 1, 4611686018427387904
1 >> -63 == min, min << -63		--> true, 1
1 >> -64, -1 << -64, -1 >> -64		--> 0, 0, 0
-1 << -1 == max				--> true
1 << min, 1 >> min, -1 << min, -1 >> min	--> 0, 0, 0, 0
local n = -1 return 4 << n, 4 >> n	--> 2, 8
local n = -64 return 4 << n, 4 >> n	--> 0, 0
local n = min return 4 << n, 4 >> n	--> 0, 0
local n = min + 1 return 4 << n, 4 >> n	--> 0, 0
]], env)
end)

test("immediate operands of both sides", function()
	lines [[
local a = 5 return a << 2, 2 << a, a >> 1, 1024 >> a	--> 20, 64, 2, 32
local a = 5 return a << -1, a >> -1, -1 << a, -1 >> 60	--> 2, 10, -32, 15
local a = 5 return a & 4, 4 & a, a | 2, 2 | a, a ~ 1, 1 ~ a	--> 4, 4, 7, 7, 4, 4
local a = 5 return a & 0xffff, 0xffff0 | a, a ~ 0x12345	--> 5, 1048565, 74560
local a = 5 return a << 127, a >> 127, a << -127, a >> -128	--> 0, 0, 0, 0
local a <const> = 5 return a << 1, a & 1, ~a		--> 10, 1, -6
]]
end)

test("constant folding agrees with run time", function()
	local vals = {0, 1, -1, 5, 31, 32, 63, 64, 65, -63, -64, 127, 128, -128,
		math.maxinteger, math.mininteger}
	for op in ("& | ~ << >>"):gmatch("%S+") do
		local f = T.code("local a, b = ... return a " .. op .. " b")
		local same = true
		for _, a in ipairs(vals) do
			for _, b in ipairs(vals) do
				local src = ("return 0x%x %s 0x%x"):format(a, op, b)
				same = same and T.code(src)() == f(a, b)
			end
		end
		T.ok(same, "folding of " .. op)
	end
end)

test("precedence among the bitwise operators", function()
	lines [[
1 | 2 & 3 ~ 1				--> 3
1 << 2 + 1, (1 << 2) + 1		--> 8, 5
0xff & 0xf0 >> 4			--> 15
~0 & 5, ~(0 & 5)			--> 5, -1
1 | 2 == 3, (1 | 2) == 3		--> true, true
5 ~ 3 << 1, 7 & 3 | 8			--> 3, 11
]]
end)

test("strings are never converted", function()
	lines [[
"3" & 1		--! attempt to perform bitwise operation on a string value (constant '3')
1 | "2"		--! attempt to perform bitwise operation on a string value (constant '2')
"6" ~ "3"	--! attempt to perform bitwise operation on a string value (constant '6')
~"0"		--! attempt to perform bitwise operation on a string value (constant '0')
"1" << 4	--! attempt to perform bitwise operation on a string value (constant '1')
256 >> "4"	--! attempt to perform bitwise operation on a string value (constant '4')
"1" .. 2 << 3	--! attempt to perform bitwise operation on a string value
]]
end)

test("other operands are refused", function()
	lines([[
"a" & 1		--! attempt to perform bitwise operation on a string value (constant 'a')
1 | "a"		--! attempt to perform bitwise operation on a string value (constant 'a')
"1.5" ~ 1	--! attempt to perform bitwise operation on a string value (constant '1.5')
"1e2" << 1	--! attempt to perform bitwise operation on a string value (constant '1e2')
~"x"		--! attempt to perform bitwise operation on a string value (constant 'x')
nil & 1		--! attempt to perform bitwise operation on a nil value
1 & nil		--! attempt to perform bitwise operation on a nil value
{} | 1		--! attempt to perform bitwise operation on a table value
true ~ 1	--! attempt to perform bitwise operation on a boolean value
print << 1	--! attempt to perform bitwise operation on a function value (global 'print')
1 >> {}		--! attempt to perform bitwise operation on a table value
~nil		--! attempt to perform bitwise operation on a nil value
~{}		--! attempt to perform bitwise operation on a table value
local x = {} return x.y & 1	--! attempt to perform bitwise operation on a nil value (field 'y')
local x = {} return 1 << x.y	--! attempt to perform bitwise operation on a nil value (field 'y')
x & 1		--! attempt to perform bitwise operation on a nil value (global 'x')
5 & {}		--! attempt to perform bitwise operation on a table value
]])
end)

test("usual idioms", function()
	local function popcount(n)
		local c = 0
		while n ~= 0 do
			n = n & (n - 1)
			c = c + 1
		end
		return c
	end
	eq(popcount(0), 0)
	eq(popcount(-1), 64)
	eq(popcount(0xff00ff), 16)
	local function rotl(x, n)
		return (x << (n & 63)) | (x >> (-n & 63))
	end
	eq(rotl(1, 64), 1)
	eq(rotl(math.mininteger, 1), 1)
	eq(rotl(0x123456789abcdef0, 4), 0x23456789abcdef01)
	local h = 0xcbf29ce484222325
	for c in ("lunatik"):gmatch(".") do
		h = (h ~ c:byte()) * 0x100000001b3
	end
	eq(("%016x"):format(h), "8a028180379e74b1", "FNV-1a")
end)

return T.finish()
