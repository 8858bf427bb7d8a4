-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.4.3 and 6.1: conversions between strings and integers, tonumber,
-- tostring, and the implicit ones of the libraries.

local T = require "tests.lang.harness"
local test, lines, eq, vals = T.test, T.lines, T.eq, T.vals

test("tonumber without a base", function()
	lines [[
tonumber(5), tonumber(-5), tonumber(0)	--> 5, -5, 0
tonumber("10"), tonumber("-10"), tonumber("+10")	--> 10, -10, 10
tonumber("  10  "), tonumber("\t10\n"), tonumber("\v\f\r10")	--> 10, 10, 10
tonumber("0x10"), tonumber("0X1f"), tonumber("-0xA")	--> 16, 31, -10
tonumber("0xffffffffffffffff"), tonumber("0x1ffffffffffffffff")	--> -1, -1
tonumber("007"), tonumber("00"), tonumber("-0")	--> 7, 0, 0
tonumber("9223372036854775807") == math.maxinteger	--> true
tonumber("-9223372036854775808") == math.mininteger	--> true
tonumber(""), tonumber(" "), tonumber("-"), tonumber("+")	--> nil, nil, nil, nil
tonumber("x"), tonumber("1x"), tonumber("x1"), tonumber("1 2")	--> nil, nil, nil, nil
tonumber("0x"), tonumber("0xg"), tonumber("x10")	--> nil, nil, nil
tonumber("--1"), tonumber("+-1"), tonumber("- 1")	--> nil, nil, nil
tonumber("1\0"), tonumber("\0"), tonumber("1\0002")	--> nil, nil, nil
tonumber("1,000"), tonumber("1_000"), tonumber("1'000")	--> nil, nil, nil
tonumber("\u{661}"), tonumber("\xa01")	--> nil, nil
tonumber({}), tonumber(true), tonumber(nil), tonumber(print)	--> nil, nil, nil, nil
tonumber()		--! bad argument #1 to 'tonumber' (value expected)
]]
end)

test("tonumber has no floats", function()
	lines [[
tonumber("1.0"), tonumber("1."), tonumber(".1")	--> nil, nil, nil
tonumber("1e0"), tonumber("1E5"), tonumber("1e-1")	--> nil, nil, nil
tonumber("0x1p0"), tonumber("0x.1"), tonumber("0x1.8")	--> nil, nil, nil
tonumber("inf"), tonumber("Inf"), tonumber("infinity")	--> nil, nil, nil
tonumber("nan"), tonumber("NaN"), tonumber("-nan")	--> nil, nil, nil
tonumber("9223372036854775808"), tonumber("99999999999999999999")	--> nil, nil
tonumber("-9223372036854775809")	--> nil
tonumber("1e"), tonumber("e1"), tonumber("e")	--> nil, nil, nil
]]
end)

test("tonumber with a base", function()
	lines [[
tonumber("10", 2), tonumber("10", 8), tonumber("10", 10), tonumber("10", 16)	--> 2, 8, 10, 16
tonumber("zz", 36), tonumber("ZZ", 36), tonumber("z", 36)	--> 1295, 1295, 35
tonumber("ff", 16), tonumber("FF", 16), tonumber("-ff", 16)	--> 255, 255, -255
tonumber("777", 8), tonumber("11111111", 2)	--> 511, 255
tonumber(" 11 ", 2), tonumber("\t-11\n", 2)	--> 3, -3
tonumber("2", 2), tonumber("8", 8), tonumber("g", 16), tonumber("a", 10)	--> nil, nil, nil, nil
tonumber("", 10), tonumber(" ", 10), tonumber("-", 10)	--> nil, nil, nil
tonumber("1 1", 2), tonumber("1.1", 10), tonumber("0x10", 16)	--> nil, nil, nil
tonumber("1e1", 16), tonumber("1\0", 10)	--> 481, nil
tonumber("1e1", 10), tonumber("+1", 10)	--> nil, 1
tonumber("ffffffffffffffff", 16)	--> -1
tonumber("8000000000000000", 16) == math.mininteger	--> true
tonumber("9223372036854775808", 10) == math.mininteger	--> true
tonumber("18446744073709551616", 10)	--> 0
tonumber("-7fffffffffffffff", 16)	--> -9223372036854775807
tonumber("10", "16")			--> 16
]]
end)

test("tonumber refuses bad bases and types", function()
	lines [[
tonumber("1", 1)	--! bad argument #2 to 'tonumber' (base out of range)
tonumber("1", 37)	--! bad argument #2 to 'tonumber' (base out of range)
tonumber("1", 0)	--! bad argument #2 to 'tonumber' (base out of range)
tonumber("1", -10)	--! bad argument #2 to 'tonumber' (base out of range)
tonumber("1", math.maxinteger)	--! bad argument #2 to 'tonumber' (base out of range)
tonumber(1, 10)		--! bad argument #1 to 'tonumber' (string expected, got number)
tonumber(nil, 10)	--! bad argument #1 to 'tonumber' (string expected, got nil)
tonumber({}, 10)	--! bad argument #1 to 'tonumber' (string expected, got table)
tonumber("1", {})	--! bad argument #2 to 'tonumber' (number expected, got table)
tonumber("1", "x")	--! bad argument #2 to 'tonumber' (number expected, got string)
tonumber("1", nil)	--> 1
]]
end)

test("every base round-trips", function()
	local digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	local function tobase(n, base)
		local out = ""
		repeat
			local d = n % base
			out = digits:sub(d + 1, d + 1) .. out
			n = n // base
		until n == 0
		return out
	end
	for base = 2, 36 do
		local same = true
		for _, n in ipairs {0, 1, 35, 36, 1000, 123456789, math.maxinteger} do
			local s = tobase(n, base)
			same = same and tonumber(s, base) == n and tonumber("-" .. s, base) == -n
				and tonumber(s:upper(), base) == n
		end
		T.ok(same, "base " .. base)
	end
end)

test("tostring", function()
	lines [[
tostring(nil), tostring(true), tostring(false)	--> "nil", "true", "false"
tostring(0), tostring(-1), tostring(1234567890123)	--> "0", "-1", "1234567890123"
tostring(math.maxinteger), tostring(math.mininteger)	--> "9223372036854775807", "-9223372036854775808"
tostring("x"), tostring("")			--> "x", ""
tostring("a\0b") == "a\0b"			--> true
tostring(1, 2)					--> "1"
tostring()		--! bad argument #1 to 'tostring' (value expected)
]]
	for kind, v in pairs {table = {}, ["function"] = function() end,
		thread = coroutine.create(print)} do
		T.ok(tostring(v):find("^" .. kind .. ": "), tostring(v))
		eq(tostring(v), tostring(v), "stable")
	end
	T.ok(tostring({}) ~= tostring(setmetatable({}, {})) or true)
	T.ok(tostring(print):find("^function: "), tostring(print))
end)

test("integers and strings round-trip", function()
	for _, n in ipairs {0, 1, -1, 10, -10, 99, 100, 12345, 2147483647, -2147483648,
		4294967295, 4294967296, 999999999999, math.maxinteger, math.mininteger,
		math.maxinteger - 1, math.mininteger + 1} do
		eq(tonumber(tostring(n)), n)
		eq(n .. "", tostring(n))
		eq(tonumber(("0x%x"):format(n)), n)
		eq(tonumber(("%d"):format(n)), n)
	end
end)

test("string functions take numbers", function()
	lines [[
(12):rep(2)		--! attempt to index a number value
string.rep(12, 2)		--> "1212"
string.len(12345)		--> 5
string.sub(12345, 2, 3)		--> "23"
string.upper(10)		--> "10"
string.find(12345, 34)		--> 3, 4
string.gsub(1212, 1, 3)		--> "3232", 2
("x"):rep("3")			--> "xxx"
("abcdef"):sub("2", "4")	--> "bcd"
table.concat({1, 2, 3}, 0)	--> "10203"
string.format("%s %d", 1, "2")	--> "1 2"
string.format("%d", "10")	--> "10"
string.format("%5d|%x", " 42 ", "0x10")	--> "   42|10"
string.char("65", 66)		--> "AB"
string.byte("ABC", "2")		--> 66
]]
end)

test("strings that are no integers are refused where one is needed", function()
	lines [[
("x"):rep("y")		--! bad argument #1 to 'rep' (number expected, got string)
("x"):rep("1.5")	--! bad argument #1 to 'rep' (number expected, got string)
("x"):rep("1e1")	--! bad argument #1 to 'rep' (number expected, got string)
("x"):sub("")		--! bad argument #1 to 'sub' (number expected, got string)
string.char("x")	--! bad argument #1 to 'char' (number expected, got string)
string.format("%d", "x")	--! bad argument #2 to 'format' (number expected, got string)
string.format("%d", "1.0")	--! bad argument #2 to 'format' (number expected, got string)
string.format("%d", {})		--! bad argument #2 to 'format' (number expected, got table)
table.concat({}, "", "a")	--! bad argument #3 to 'concat' (number expected, got string)
table.unpack({}, "1.5")		--! bad argument #2 to 'unpack' (number expected, got string)
utf8.char("9.5")	--! bad argument #1 to 'char' (number expected, got string)
]]
end)

test("keys are not converted", function()
	local t = {[1] = "i", ["1"] = "s"}
	vals('"i", "s"', t[1], t["1"])
	t["2"] = "two"
	eq(t[2], nil)
	eq(#t, 1)
	t[10 / 5] = "div"
	eq(t[2], "div", "the result of / is an integer key")
end)

return T.finish()
