-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.4.4 to 3.4.8: comparison, logical operators, concatenation, length,
-- precedence.

local T = require "tests.lang.harness"
local test, lines, eq = T.test, T.lines, T.eq

local env = {max = math.maxinteger, min = math.mininteger}

test("equality never converts", function()
	lines [[
1 == 1, 1 == 2, 1 ~= 1, 1 ~= 2		--> true, false, false, true
"1" == 1, 1 == "1", "1" ~= 1		--> false, false, true
"a" == "a", "a" == "b", "" == "\0"	--> true, false, false
nil == nil, nil == false, false == 0	--> true, false, false
true == true, true == 1			--> true, false
{} == {}, print == print		--> false, true
local t = {} local u = t return t == u, t ~= u	--> true, false
local f = function() end return f == f	--> true
0x10 == 16, -0 == 0			--> true, true
local s = ("x"):rep(100) return s == ("x"):rep(100)	--> true
local a, b = "0", 0 return a == b	--> false
local a = "0" return a == 0, 0 == a	--> false, false
]]
end)

test("order of integers", function()
	lines([[
1 < 2, 2 < 1, 1 < 1			--> true, false, false
1 <= 2, 2 <= 1, 1 <= 1			--> true, false, true
1 > 2, 2 > 1, 1 >= 1, 1 >= 2		--> false, true, true, false
min < max, max < min, min < 0, max > 0	--> true, false, true, true
-1 < 0, -1 < 1, -2 < -1			--> true, true, true
min <= min, max >= max, max - 1 < max	--> true, true, true
local a = 5 return a < 6, a > 4, a <= 5, a >= 5, 6 > a, 4 < a	--> true, true, true, true, true, true
local a = 5 return a < 1000, a > 1000, 1000 > a, -1000 < a	--> true, false, true, true
local a = -128 return a < -127, a > -129, a == -128, a <= 127	--> true, true, true, true
9223372036854775806 < 9223372036854775807	--> true
9007199254740993 == 9007199254740992	--> false
9007199254740993 > 9007199254740992	--> true
]], env)
end)

test("order of strings is by bytes", function()
	lines [[
"a" < "b", "b" < "a", "a" < "a"		--> true, false, false
"a" <= "a", "a" >= "a", "b" > "a"	--> true, true, true
"" < "a", "" < "", "" <= ""		--> true, false, true
"a" < "aa", "aa" < "b", "Z" < "a"	--> true, true, true
"a\0" > "a", "a\0a" < "a\0b", "\0" > ""	--> true, true, true
"a\0\0" > "a\0", "\0a" < "\0b"		--> true, true
"10" < "9", "2" > "10"			--> true, true
"\xff" > "a", "\x80" > "\x7f"		--> true, true
]]
end)

test("order of anything else is refused", function()
	lines [[
1 < "2"		--! attempt to compare number with string
"2" < 1		--! attempt to compare string with number
"1" >= 1	--! attempt to compare number with string
1 > "1"		--! attempt to compare string with number
{} < {}		--! attempt to compare two table values
{} <= 1		--! attempt to compare table with number
1 < {}		--! attempt to compare number with table
nil < 1		--! attempt to compare nil with number
1 < nil		--! attempt to compare number with nil
nil > 1		--! attempt to compare number with nil
nil < nil	--! attempt to compare two nil values
true < false	--! attempt to compare two boolean values
true <= 1	--! attempt to compare boolean with number
print < print	--! attempt to compare two function values
"a" < nil	--! attempt to compare string with nil
"a" <= {}	--! attempt to compare string with table
local a = {} return a > 5	--! attempt to compare number with table
local a = {} return 5 <= a	--! attempt to compare number with table
]]
end)

test("and, or, not", function()
	lines [[
10 or 20, nil or "a", false or nil	--> 10, "a", nil
nil and 10, false and nil, 10 and 20	--> nil, false, 20
false == nil or 1			--> 1
not nil, not false, not 0, not "", not {}	--> true, true, false, false, false
not not nil, not not 1			--> false, true
1 and nil or 3, nil and 1 or 3		--> 3, 3
1 or error("not evaluated")		--> 1
nil and error("not evaluated")		--> nil
false or false or 3, 1 and 2 and 3	--> 3, 3
1 == 1 and 2 ~= 3 or nil		--> true
not 1 == 2, not (1 == 2)		--> false, true
local a = nil return a and a.b.c	--> nil
local x = 5 return x > 3 and "big" or "small"	--> "big"
local x = 1 return x > 3 and "big" or "small"	--> "small"
(function() return 1, 2 end)() or 3	--> 1
nil or (function() return 1, 2 end)()	--> 1
]]
end)

test("concatenation", function()
	lines([[
"a" .. "b", "a" .. 1, 1 .. "a", 1 .. 2	--> "ab", "a1", "1a", "12"
"" .. "", "a" .. "" .. "b"		--> "", "ab"
"a" .. "b" .. "c" .. 1 .. 2 .. "d"	--> "abc12d"
-1 .. "", "x" .. -1, min .. ""		--> "-1", "x-1", "-9223372036854775808"
max .. max				--> "92233720368547758079223372036854775807"
0x10 .. "", 007 .. ""			--> "16", "7"
10 / 2 .. "", 7 // 2 .. "x"		--> "5", "3x"
"a\0b" .. "\0"				--> "a\x00b\x00"
1 + 1 .. 2 + 2				--> "24"
#("a" .. "bc")				--> 3
2 .. 3 == "23"				--> true
local a, b = "x", 7 return a .. b .. a, b .. b	--> "x7x", "77"
]], env)
	local s = ""
	for i = 1, 100 do
		s = s .. i % 10
	end
	eq(s, ("1234567890"):rep(10))
	eq(("a"):rep(39) .. "b", ("a"):rep(39) .. "b", "short and long strings")
end)

test("concatenation of other values is refused", function()
	lines [[
"a" .. nil	--! attempt to concatenate a nil value
nil .. "a"	--! attempt to concatenate a nil value
"a" .. {}	--! attempt to concatenate a table value
{} .. "a"	--! attempt to concatenate a table value
true .. ""	--! attempt to concatenate a boolean value
1 .. print	--! attempt to concatenate a function value (global 'print')
local t = {} return "x" .. t.name	--! attempt to concatenate a nil value (field 'name')
local t return "x" .. t		--! attempt to concatenate a nil value (local 't')
local t return t .. "x" .. 1	--! attempt to concatenate a nil value (local 't')
"x" .. undefinedname .. "y"	--! attempt to concatenate a nil value (global 'undefinedname')
]]
end)

test("length", function()
	lines [[
#"", #"abc", #"\0\0", #"\u{20ac}"	--> 0, 3, 2, 3
#{}, #{1}, #{1, 2, 3}, #{n = 1}		--> 0, 1, 3, 0
#{1, 2, nil}, #{nil}			--> 2, 0
#{[1] = 1, [2] = 2}			--> 2
local t = {} for i = 1, 100 do t[i] = i end return #t	--> 100
local t = {1, 2, 3} t[#t + 1] = 4 return #t	--> 4
local t = {1, 2, 3} t[#t] = nil return #t	--> 2
#nil		--! attempt to get length of a nil value
#5		--! attempt to get length of a number value
#true		--! attempt to get length of a boolean value
#print		--! attempt to get length of a function value (global 'print')
local a return #a	--! attempt to get length of a nil value (local 'a')
local a = {} return #a.b	--! attempt to get length of a nil value (field 'b')
]]
	local t = {1, 2, 3, nil, 5}
	local n = #t
	T.ok(n == 3 or n == 5, "a border of a table with a hole")
	local u = {}
	u[1], u[2], u[4] = 1, 2, 4
	n = #u
	T.ok(n == 2 or n == 4, "a border of a hash with a hole")
end)

test("precedence and associativity", function()
	lines [[
2 + 3 * 4 - 1				--> 13
2 * 3 % 4, 2 * (3 % 4)			--> 2, 6
-2 * 3, -(2 * 3), 2 * -3		--> -6, -6, -6
not 1 == 1				--> false
not nil and 1				--> 1
1 or 2 and nil				--> 1
(1 or 2) and nil			--> nil
1 < 2 == true, "a" .. "b" == "ab"	--> true, true
1 .. 2 .. 3, 2 .. 1 + 2			--> "123", "23"
3 - 2 - 1, 3 - (2 - 1)			--> 0, 2
100 // 10 // 2, 100 / 10 / 2		--> 5, 5
7 // 2 * 2, 7 % 4 * 2			--> 6, 6
-3 % 5, -(3 % 5)			--> 2, -3
#"ab" + 1, -#"ab", not #"ab"		--> 3, -2, false
5 & 3 == 1, 1 | 2 ~ 3 & 1		--> true, 3
~1 + 1, - ~1, ~ -1			--> -1, 2, 0
1 + 1 < 3 and 2 or 3			--> 2
"a" < "b" and "b" < "c"			--> true
2 > 1 == (1 < 2)			--> true
]]
	local order = ""
	local log = setmetatable({}, {__concat = function(a, b)
		order = order .. (type(a) == "table" and "t" or a)
			.. (type(b) == "table" and "t" or b)
		return "r"
	end})
	local _ = "a" .. "b" .. log
	eq(order, "bt", "concatenation is right associative")
end)

return T.finish()
