-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.1, numerals, as the integer-only dialect has them (api-facts.md,
-- section 1): no dot, no exponent, no fallback to floats. Guards trap T30.

local T = require "tests.lang.harness"
local test, lines, eq, syntax = T.test, T.lines, T.eq, T.syntax

test("decimal numerals", function()
	lines [[
0, 1, 10, 007, 0000		--> 0, 1, 10, 7, 0
9223372036854775807		--> 9223372036854775807
9223372036854775807 == math.maxinteger	--> true
000009223372036854775807	--> 9223372036854775807
-9223372036854775807 - 1 == math.mininteger	--> true
1234567890123456789		--> 1234567890123456789
]]
end)

test("a decimal numeral out of range is malformed", function()
	lines [[
x = 9223372036854775808	--? malformed number near '9223372036854775808'
x = -9223372036854775808	--? malformed number near '9223372036854775808'
x = 18446744073709551615	--? malformed number near '18446744073709551615'
x = 99999999999999999999	--? malformed number near '99999999999999999999'
x = 10000000000000000000000000000000	--? malformed number near '10000000000000000000000000000000'
]]
end)

test("hexadecimal numerals wrap", function()
	lines [[
0x0, 0X0, 0xa, 0XA, 0xff, 0xFf	--> 0, 0, 10, 10, 255, 255
0x7fffffffffffffff		--> 9223372036854775807
0x8000000000000000 == math.mininteger	--> true
0xffffffffffffffff		--> -1
0xFFFFFFFFFFFFFFFE		--> -2
0x10000000000000000		--> 0
0x1ffffffffffffffff		--> -1
0x123456789abcdef01		--> 2541551405711093505
0x00000000000000000000000000001	--> 1
-0xffffffffffffffff		--> 1
]]
end)

test("malformed numerals", function()
	lines [[
x = 0x			--? malformed number near '0x'
x = 0xg			--? malformed number near '0xg'
x = 08y			--? malformed number near '08y'
x = 12x			--? malformed number near '12x'
x = 1_000		--? malformed number near '1_'
x = 1a			--? malformed number near '1a'
x = 0b101		--? malformed number near '0b101'
x = 1L			--? malformed number near '1L'
x = 10ULL		--? malformed number near '10U'
x = 0x1g		--? malformed number near '0x1g'
]]
end)

-- Whether the lexer reads a dot or an exponent into the numeral (one malformed
-- number) or stops before it (a syntax error): it must refuse the chunk and
-- name the place.
local function refused(src)
	local fn, msg = load("return " .. src, "=t")
	T.ok(fn == nil, src .. " refused")
	T.ok(type(msg) == "string" and msg:find("^t:1: .* near "), src ..
		" named in the message: " .. tostring(msg))
end

test("numerals with a dot do not exist", function()
	for src in ("1.5 .5 1. 0.1 3.14159 1.0 100.0 1.e1 0x.1 0x1.8 0xA. 5.0e0")
		:gmatch("%S+") do
		refused(src)
	end
end)

test("numerals with an exponent do not exist", function()
	for src in ("1e3 1E3 1e+3 1e-3 0e0 2e 3e+ 1.5e10 .5e1 0x1p4 0x1P4 0x1p-2"
		.. " 0xep1 0x.8p1 0xap+1"):gmatch("%S+") do
		refused(src)
	end
end)

test("floats do not come in by the back door either", function()
	lines [[
1 .. 2				--> "12"
tonumber("1.5"), tonumber(".5"), tonumber("1.")	--> nil, nil, nil
tonumber("1e1"), tonumber("1E+1"), tonumber("0x1p4")	--> nil, nil, nil
tonumber("inf"), tonumber("nan"), tonumber("-inf")	--> nil, nil, nil
tonumber("9223372036854775808")	--> nil
tonumber("-9223372036854775808") == math.mininteger	--> true
tonumber("-9223372036854775809")	--> nil
math.maxinteger + 1 == math.mininteger	--> true
math.mininteger - 1 == math.maxinteger	--> true
7 / 2				--> 3
2 * 3				--> 6
tostring(10 / 2)		--> "5"
tostring(3 // 1)		--> "3"
0 == -0				--> true
tostring(-0)			--> "0"
1 / 1 == 1, tostring(1 / 1)	--> true, "1"
]]
	eq(tostring(6 / 3):find(".", 1, true), nil)
end)

test("e is a digit in hexadecimal", function()
	lines [[
0xe, 0xE, 0xee, 0x1e1		--> 14, 14, 238, 481
0xe+1, 0xE-1			--> 15, 13
]]
end)

test("adjacent tokens need no blank", function()
	lines [[
1+1, 2-1, 2*3, 7//2, 7/2, 7%4	--> 2, 1, 6, 3, 3, 3
1<2, 2>1, 1<=1			--> true, true, true
#"abc"+1			--> 4
({10})[1]			--> 10
]]
end)

test("a dot ends the numeral", function()
	lines [[
1..2, 0x1..0x2			--> "12", "12"
1 ..2, 1.. 2			--> "12", "12"
(1).x		--! attempt to index a number value
]]
	syntax("syntax error near <eof>", "x = 1 y")
end)

test("^ is a syntax error, with or without blanks", function()
	for src in ("2^3|2 ^ 3|-2^2|a^b|x^-1|(2)^(3)|f()^2|'2'^2"):gmatch("[^|]+") do
		local fn, msg = load("return " .. src, "=t")
		T.ok(fn == nil, src .. " refused")
		T.ok(type(msg) == "string" and msg:find("^t:1: .*%^"), src ..
			" names the operator: " .. tostring(msg))
	end
	T.ok(not load("x = x^2"))
	T.ok(not load("return 10 ^ 2 // 1"))
	eq("a^b", "a\94b", "in a string it is a character")
end)

return T.finish()
