-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.5: the utf8 library.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

local euro = "\u{20ac}"

test("the library is complete", function()
	local names = {}
	for k in pairs(utf8) do
		names[#names + 1] = k
	end
	table.sort(names)
	eq(table.concat(names, " "), "char charpattern codepoint codes len offset")
	eq(utf8.charpattern, "[\0-\x7F\xC2-\xFD][\x80-\xBF]*")
end)

test("char", function()
	lines [[
utf8.char(), utf8.char(65), utf8.char(72, 228, 8364)	--> "", "A", "H\xc3\xa4\xe2\x82\xac"
utf8.char(0), utf8.char(127), utf8.char(128)	--> "\x00", "\x7f", "\xc2\x80"
utf8.char(0x7ff), utf8.char(0x800), utf8.char(0xffff)	--> "\xdf\xbf", "\xe0\xa0\x80", "\xef\xbf\xbf"
utf8.char(0x10000), utf8.char(0x10ffff)		--> "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"
utf8.char(0x1fffff), utf8.char(0x200000)	--> "\xf7\xbf\xbf\xbf", "\xf8\x88\x80\x80\x80"
utf8.char(0x7fffffff)		--> "\xfd\xbf\xbf\xbf\xbf\xbf"
utf8.char(0xd800)		--> "\xed\xa0\x80"
utf8.char("65")			--> "A"
utf8.char(-1)		--! bad argument #1 to 'char' (value out of range)
utf8.char(0x80000000)	--! bad argument #1 to 'char' (value out of range)
utf8.char(65, -5)	--! bad argument #2 to 'char' (value out of range)
utf8.char("x")		--! bad argument #1 to 'char' (number expected, got string)
utf8.char(nil)		--! bad argument #1 to 'char' (number expected, got nil)
]]
end)

test("codepoint", function()
	lines [[
utf8.codepoint("A"), utf8.codepoint("\u{20ac}")	--> 65, 8364
utf8.codepoint("a\u{e4}b", 1, -1)		--> 97, 228, 98
utf8.codepoint("abc", 2), utf8.codepoint("abc", -1)	--> 98, 99
utf8.codepoint("abc", 2, 1)			-->
utf8.codepoint("", 1, 0)			-->
utf8.codepoint("abc", 2, 3)			--> 98, 99
utf8.codepoint("\u{10ffff}")			--> 1114111
utf8.codepoint("\u{7fffffff}", 1, 1, true)	--> 2147483647
utf8.codepoint("\u{d800}", 1, 1, true)		--> 55296
utf8.codepoint("\u{200000}")	--! invalid UTF-8 code
utf8.codepoint("\u{d800}")	--! invalid UTF-8 code
utf8.codepoint("\u{110000}")	--! invalid UTF-8 code
utf8.codepoint("\x80")		--! invalid UTF-8 code
utf8.codepoint("\xff")		--! invalid UTF-8 code
utf8.codepoint("\xc3")		--! invalid UTF-8 code
utf8.codepoint("\u{e4}", 2)	--! invalid UTF-8 code
utf8.codepoint("")		--! bad argument #3 to 'codepoint' (out of bounds)
utf8.codepoint("abc", 4)	--! bad argument #3 to 'codepoint' (out of bounds)
utf8.codepoint("abc", 0)	--! bad argument #2 to 'codepoint' (out of bounds)
utf8.codepoint("abc", 1, 4)	--! bad argument #3 to 'codepoint' (out of bounds)
utf8.codepoint("abc", -4)	--! bad argument #2 to 'codepoint' (out of bounds)
utf8.codepoint()		--! bad argument #1 to 'codepoint' (string expected, got no value)
]]
	local long = ("x"):rep(100)
	eq(select("#", utf8.codepoint(long, 1, -1)), 100)
end)

test("len", function()
	lines [[
utf8.len(""), utf8.len("abc"), utf8.len("h\u{e4}\u{20ac}")	--> 0, 3, 3
utf8.len("abc", 2), utf8.len("abc", -1), utf8.len("abc", 4)	--> 2, 1, 0
utf8.len("abc", 1, 2), utf8.len("abc", 2, 1), utf8.len("abc", 1, -2)	--> 2, 0, 2
utf8.len("\u{20ac}x", 1, 1)			--> 1
utf8.len("\u{20ac}x", 4)			--> 1
utf8.len("\u{20ac}x", 2)			--> nil, 2
utf8.len("ab\xffcd")				--> nil, 3
utf8.len("ab\x80")				--> nil, 3
utf8.len("\xc3")				--> nil, 1
utf8.len("\xe2\x82")				--> nil, 1
utf8.len("a\xc0\x80")				--> nil, 2
utf8.len("\xe0\x80\x80")			--> nil, 1
utf8.len("\u{d800}"), utf8.len("\u{dfff}", 1, -1, true)	--> nil, 1
utf8.len("\u{110000}")				--> nil, 1
utf8.len("\u{110000}\u{7fffffff}", 1, -1, true)	--> 2
utf8.len("\xf4\x90\x80\x80")			--> nil, 1
utf8.len("\xfe"), utf8.len("\xff", 1, -1, true)	--> nil, nil, 1
utf8.len("a\0b")				--> 3
utf8.len("abc", 5)	--! bad argument #2 to 'len' (initial position out of bounds)
utf8.len("abc", 0)	--! bad argument #2 to 'len' (initial position out of bounds)
utf8.len("abc", 1, 4)	--! bad argument #3 to 'len' (final position out of bounds)
utf8.len("abc", -4)	--! bad argument #2 to 'len' (initial position out of bounds)
utf8.len()		--! bad argument #1 to 'len' (string expected, got no value)
utf8.len({})		--! bad argument #1 to 'len' (string expected, got table)
]]
end)

test("offset", function()
	lines [[
utf8.offset("a\u{20ac}b", 1), utf8.offset("a\u{20ac}b", 2), utf8.offset("a\u{20ac}b", 3)	--> 1, 2, 5
utf8.offset("a\u{20ac}b", 4), utf8.offset("a\u{20ac}b", 5)	--> 6, nil
utf8.offset("a\u{20ac}b", -1), utf8.offset("a\u{20ac}b", -2), utf8.offset("a\u{20ac}b", -3)	--> 5, 2, 1
utf8.offset("a\u{20ac}b", -4)			--> nil
utf8.offset("a\u{20ac}b", 0, 3), utf8.offset("a\u{20ac}b", 0, 2), utf8.offset("a\u{20ac}b", 0, 5)	--> 2, 2, 5
utf8.offset("a\u{20ac}b", 0)			--> 1
utf8.offset("a\u{20ac}b", 1, 2), utf8.offset("a\u{20ac}b", 2, 2)	--> 2, 5
utf8.offset("a\u{20ac}b", -1, 5), utf8.offset("a\u{20ac}b", 1, -1)	--> 2, 5
utf8.offset("", 1), utf8.offset("", 0), utf8.offset("", 2), utf8.offset("", -1)	--> 1, 1, nil, nil
utf8.offset("abc", 1, 4), utf8.offset("abc", 5)	--> 4, nil
utf8.offset("a\u{20ac}b", 1, 3)	--! initial position is a continuation byte
utf8.offset("a\u{20ac}b", -1, 4)	--! initial position is a continuation byte
utf8.offset("\x80", 1)	--! initial position is a continuation byte
utf8.offset("abc", 1, 5)	--! bad argument #3 to 'offset' (position out of bounds)
utf8.offset("abc", 1, 0)	--! bad argument #3 to 'offset' (position out of bounds)
utf8.offset("abc", 1, -4)	--! bad argument #3 to 'offset' (position out of bounds)
utf8.offset("abc")	--! bad argument #2 to 'offset' (number expected, got no value)
]]
end)

test("codes", function()
	local out = {}
	for p, c in utf8.codes("a" .. euro .. "\u{e4}z") do
		out[#out + 1] = p .. ":" .. c
	end
	eq(table.concat(out, " "), "1:97 2:8364 5:228 7:122")
	for _ in utf8.codes("") do
		T.ok(false, "an empty string has none")
	end
	local function walk(s, lax)
		local n = 0
		for _ in utf8.codes(s, lax) do
			n = n + 1
		end
		return n
	end
	eq(walk("\u{7fffffff}\u{d800}", true), 2)
	err("invalid UTF-8 code", walk, "ab\xff")
	err("invalid UTF-8 code", walk, "\xe2\x82")
	err("invalid UTF-8 code", walk, "\u{d800}")
	err("invalid UTF-8 code", walk, "\u{200000}")
	err("invalid UTF-8 code", walk, "a\u{20ac}\x80")
	T.errany({"invalid UTF-8 code"}, walk, "\x80")
	err("bad argument #1 to 'utf8.codes' (string expected, got no value)", utf8.codes)
	local f, s, c = utf8.codes("ab")
	vals('"function", "ab", 0', type(f), s, c)
	vals("1, 97", f(s, c))
	vals("2, 98", f(s, 1))
	vals("", f(s, 2))
end)

test("charpattern matches one character each", function()
	local out = {}
	for c in ("x\u{e4}" .. euro .. "\u{10ffff}\0"):gmatch(utf8.charpattern) do
		out[#out + 1] = #c
	end
	eq(table.concat(out, " "), "1 2 3 4 1")
end)

test("every length of sequence round-trips", function()
	for bits = 0, 30 do
		for _, c in ipairs {1 << bits, (1 << bits) - 1, (1 << bits) | 1} do
			local s = utf8.char(c)
			eq(utf8.codepoint(s, 1, 1, true), c)
			eq(utf8.len(s, 1, -1, true), 1)
			eq(utf8.offset(s .. "x", 2), #s + 1)
		end
	end
end)

return T.finish()
