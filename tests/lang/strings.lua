-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.4: the string library apart from patterns, format and pack.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

test("the library is complete, and is the index of strings", function()
	local names = {}
	for k, v in pairs(string) do
		eq(type(v), "function")
		if k ~= "dump" then
			names[#names + 1] = k
		end
	end
	table.sort(names)
	eq(table.concat(names, " "), "byte char find format gmatch gsub len lower "
		.. "match pack packsize rep reverse sub unpack upper")
	eq(getmetatable("").__index, string)
	eq(("x").rep, string.rep)
end)

test("len", function()
	lines [[
string.len(""), string.len("abc"), ("\0\0"):len()	--> 0, 3, 2
string.len(123), #"\u{20ac}"	--> 3, 3
string.len()	--! bad argument #1 to 'len' (string expected, got no value)
string.len(nil)	--! bad argument #1 to 'len' (string expected, got nil)
string.len({})	--! bad argument #1 to 'len' (string expected, got table)
]]
end)

test("sub with every kind of index", function()
	lines [[
("hello"):sub(1), ("hello"):sub(1, -1)		--> "hello", "hello"
("hello"):sub(2, 4), ("hello"):sub(2), ("hello"):sub(-3)	--> "ell", "ello", "llo"
("hello"):sub(-3, -2), ("hello"):sub(2, -2)	--> "ll", "ell"
("hello"):sub(0), ("hello"):sub(0, 2)		--> "hello", "he"
("hello"):sub(-100, 2), ("hello"):sub(3, 100)	--> "he", "llo"
("hello"):sub(4, 3), ("hello"):sub(6), ("hello"):sub(100)	--> "", "", ""
("hello"):sub(5), ("hello"):sub(5, 5), ("hello"):sub(-1)	--> "o", "o", "o"
("hello"):sub(1, 0), ("hello"):sub(1, -6), ("hello"):sub(-5, -5)	--> "", "", "h"
("hello"):sub(-6, 1), ("hello"):sub(0, 0)	--> "h", ""
("hello"):sub(math.mininteger), ("hello"):sub(math.maxinteger)	--> "hello", ""
("hello"):sub(math.mininteger, math.maxinteger)	--> "hello"
("hello"):sub(1, math.mininteger), ("hello"):sub(math.maxinteger, math.mininteger)	--> "", ""
("hello"):sub(math.mininteger, math.mininteger)	--> ""
(""):sub(1), (""):sub(0, 5), (""):sub(-1, 1)	--> "", "", ""
("\0a\0"):sub(2, 3)				--> "a\x00"
("hello"):sub()		--! bad argument #1 to 'sub' (number expected, got no value)
("hello"):sub(1, {})	--! bad argument #2 to 'sub' (number expected, got table)
("hello"):sub(1, nil)	--> "hello"
("hello"):sub(nil)	--! bad argument #1 to 'sub' (number expected, got nil)
]]
end)

test("byte", function()
	lines [[
("A"):byte(), ("ABC"):byte(2), ("ABC"):byte(-1)	--> 65, 66, 67
("ABC"):byte(1, 3)				--> 65, 66, 67
("ABC"):byte(1, -1)				--> 65, 66, 67
("ABC"):byte(-2, -1)				--> 66, 67
("ABC"):byte(0), ("ABC"):byte(4)		--> nil
("ABC"):byte(10)				-->
("ABC"):byte(2, 1)				-->
("ABC"):byte(0, 1)				--> 65
("ABC"):byte(2, 100)				--> 66, 67
(""):byte()					-->
("\0\xff\x80"):byte(1, 3)			--> 0, 255, 128
("ABC"):byte(math.mininteger, math.maxinteger)	--> 65, 66, 67
("ABC"):byte(math.maxinteger)			-->
("ABC"):byte({})	--! bad argument #1 to 'byte' (number expected, got table)
string.byte()		--! bad argument #1 to 'byte' (string expected, got no value)
]]
	eq(select("#", ("x"):rep(100):byte(1, -1)), 100)
	T.errany({"string slice too long", "stack overflow"}, string.byte,
		("x"):rep(1100000), 1, -1)
end)

test("char", function()
	lines [[
string.char(), string.char(65), string.char(72, 105)	--> "", "A", "Hi"
string.char(0, 255, 128)			--> "\x00\xff\x80"
string.char(256)	--! bad argument #1 to 'char' (value out of range)
string.char(-1)		--! bad argument #1 to 'char' (value out of range)
string.char(65, 300)	--! bad argument #2 to 'char' (value out of range)
string.char(math.maxinteger)	--! bad argument #1 to 'char' (value out of range)
string.char(math.mininteger)	--! bad argument #1 to 'char' (value out of range)
string.char("x")	--! bad argument #1 to 'char' (number expected, got string)
string.char(nil)	--! bad argument #1 to 'char' (number expected, got nil)
string.char({})		--! bad argument #1 to 'char' (number expected, got table)
]]
	for i = 0, 255 do
		eq(string.char(i):byte(), i)
	end
	eq(#string.char(("x"):rep(150):byte(1, -1)), 150)
end)

test("rep", function()
	lines [[
("ab"):rep(3), ("ab"):rep(1), ("ab"):rep(0), ("ab"):rep(-1)	--> "ababab", "ab", "", ""
("ab"):rep(3, ","), ("ab"):rep(1, ","), ("ab"):rep(0, ",")	--> "ab,ab,ab", "ab", ""
(""):rep(10), (""):rep(3, "x"), ("x"):rep(2, "")	--> "", "xx", "xx"
(""):rep(0), (""):rep(-5), (""):rep(1000)	--> "", "", ""
("\0"):rep(3)			--> "\x00\x00\x00"
("x"):rep(math.mininteger)	--> ""
("ab"):rep(math.maxinteger)	--! resulting string too large
("x"):rep(1 << 40, ("y"):rep(1 << 10) .. ("z"):rep(1 << 24))	--! resulting string too large
("x"):rep(math.maxinteger // 2, "abc")	--! resulting string too large
("x"):rep()		--! bad argument #1 to 'rep' (number expected, got no value)
("x"):rep(1, {})	--! bad argument #2 to 'rep' (string expected, got table)
]]
	eq(#("x"):rep(100000), 100000)
	eq(#("ab"):rep(1000, ", "), 3998)
	T.errany({"not enough memory", "resulting string too large"},
		string.rep, "x", 1 << 45)
end)

test("reverse, lower, upper", function()
	lines [[
("abc"):reverse(), (""):reverse(), ("a"):reverse()	--> "cba", "", "a"
("a\0b"):reverse()		--> "b\x00a"
("Hello 1!"):lower(), ("Hello 1!"):upper()	--> "hello 1!", "HELLO 1!"
(""):lower(), (""):upper()	--> "", ""
("\xc4\xe4\xd6"):lower(), ("\xc4\xe4\xf6"):upper()	--> "\xc4\xe4\xd6", "\xc4\xe4\xf6"
("a\0B"):upper(), ("A\0b"):lower()	--> "A\x00B", "a\x00b"
string.reverse()	--! bad argument #1 to 'reverse' (string expected, got no value)
string.lower({})	--! bad argument #1 to 'lower' (string expected, got table)
string.upper(nil)	--! bad argument #1 to 'upper' (string expected, got nil)
]]
	local all = {}
	for i = 0, 255 do
		all[#all + 1] = string.char(i)
	end
	local s = table.concat(all)
	eq(s:reverse():reverse(), s)
	eq(#s:upper(), 256)
	local changed = 0
	for i = 1, 256 do
		if s:upper():byte(i) ~= s:byte(i) then
			changed = changed + 1
		end
	end
	eq(changed, 26, "only ASCII letters")
end)

test("find, plain", function()
	lines [[
("hello"):find("l"), ("hello"):find("xyz"), ("hello"):find("")	--> 3, nil, 1, 0
("hello"):find("lo")		--> 4, 5
("hello"):find("l", 4)		--> 4, 4
("hello"):find("l", 5)		--> nil
("hello"):find("h", -5)		--> 1, 1
("hello"):find("h", -4)		--> nil
("hello"):find("h", -100)	--> 1, 1
("hello"):find("", 6)		--> 6, 5
("hello"):find("", 7)		--> nil
("hello"):find("", 100)		--> nil
(""):find("")			--> 1, 0
(""):find("", 2)		--> nil
(""):find("x")			--> nil
("a.b"):find(".", 1, true)	--> 2, 2
("a%b"):find("%", 1, true)	--> 2, 2
("a[b"):find("[", 1, true)	--> 2, 2
("a+b+c"):find("+c", 1, true)	--> 4, 5
("aXb"):find("%u", 1, true)	--> nil
("aXb"):find("%u", 1, false)	--> 2, 2
("a\0b\0c"):find("\0c", 1, true)	--> 4, 5
("a\0b"):find("b")		--> 3, 3
("aaab"):find("aab", 1, true)	--> 2, 4
("abc"):find("abcd")		--> nil
("hello"):find("l", math.mininteger)	--> 3, 3
("hello"):find("l", math.maxinteger)	--> nil
string.find("a")	--! bad argument #2 to 'find' (string expected, got no value)
string.find()		--! bad argument #1 to 'find' (string expected, got no value)
("x"):find({})		--! bad argument #1 to 'find' (string expected, got table)
("x"):find("x", {})	--! bad argument #2 to 'find' (number expected, got table)
]]
	local long = ("a"):rep(5000) .. "b"
	vals("5001, 5001", long:find("b", 1, true))
	vals("4991, 5001", long:find(("a"):rep(10) .. "b", 1, true))
end)

test("dump is of no use", function()
	if string.dump then
		err("unable to dump given function", string.dump, print)
		T.ok(not pcall(string.dump))
		T.ok(not pcall(string.dump, 5))
	end
	T.ok(true)
end)

test("equal strings are one value, however they were made", function()
	local t = {}
	t["ab" .. "cd"] = 1
	eq(t[("abcd"):sub(1, 4)], 1)
	eq(t[string.char(97, 98, 99, 100)], 1)
	local long = ("x"):rep(100)
	t[long] = 2
	eq(t[("x"):rep(50) .. ("x"):rep(50)], 2)
	eq(("x"):rep(40) == ("x"):rep(39) .. "x", true)
	eq(("x"):rep(41) < ("x"):rep(42), true)
end)

test("strings hold any byte", function()
	local s = "\0\1\2\xfe\xff\n\r"
	eq(#s, 7)
	eq(s:sub(1, 1), "\0")
	eq((s .. s):sub(8), s)
	eq(({[s] = true})["\0\1\2\254\255\n\r"], true)
	eq(s:upper():lower(), s)
end)

return T.finish()
