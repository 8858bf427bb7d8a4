-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.1, lexical conventions: names, reserved words, strings in quotes
-- and long brackets, comments. Guards trap T30 (dialect drift).

local T = require "tests.lang.harness"
local test, lines, eq, syntax, code = T.test, T.lines, T.eq, T.syntax, T.code

test("simple escapes", function()
	lines [[
"\a" == string.char(7)		--> true
"\b" == string.char(8)		--> true
"\f" == string.char(12)		--> true
"\n" == string.char(10)		--> true
"\r" == string.char(13)		--> true
"\t" == string.char(9)		--> true
"\v" == string.char(11)		--> true
"\\" == string.char(92)		--> true
"\"" == string.char(34)		--> true
'\'' == string.char(39)		--> true
"'" .. '"'			--> "'\x22"
#"\0\0\0"			--> 3
""				--> ""
]]
end)

test("a backslash before a line break is a newline", function()
	eq(code("return 'a\\\nb'")(), "a\nb")
	eq(code("return 'a\\\rb'")(), "a\nb")
	eq(code("return 'a\\\r\nb'")(), "a\nb")
	eq(code("return 'a\\\n\rb'")(), "a\nb")
	syntax("unfinished string near ''a\n'", "return 'a\\\n\nb'", 2)
end)

test("\\z skips the following white space", function()
	eq(code("return 'a\\z  \n\t \v\f\r b'")(), "ab")
	eq(code("return 'a\\zb'")(), "ab")
	eq(code("return '\\z   '")(), "")
	eq(code("return '\\z\n\n\n', 1\n")(), "")
end)

test("hexadecimal escapes take exactly two digits", function()
	lines [[
"\x41\x5A\x5a\x7f"		--> "AZZ\x7f"
"\x00\xff\xFf\xfF"		--> "\x00\xff\xff\xff"
"\x414"				--> "A4"
x = "\xZ1"	--? hexadecimal digit expected near '"\xZ'
x = "\x1"	--? hexadecimal digit expected near '"\x1"'
x = "\x"	--? hexadecimal digit expected near '"\x"'
x = "\x4g"	--? hexadecimal digit expected near '"\x4g'
]]
end)

test("decimal escapes take up to three digits", function()
	lines [[
"\65\066\67"			--> "ABC"
"\0" == "\00"			--> true
"\00" == "\000"			--> true
"\1234" == "{4"			--> true
"\10a" == "\na"			--> true
"\255"				--> "\xff"
x = "\256"	--? decimal escape too large near '"\256"'
x = "\300x"	--? decimal escape too large near '"\300x'
x = "\999"	--? decimal escape too large near '"\999"'
]]
end)

test("Unicode escapes give UTF-8, up to 2^31", function()
	lines [[
"\u{0}"				--> "\x00"
"\u{41}\u{7F}"			--> "A\x7f"
"\u{80}\u{7FF}"			--> "\xc2\x80\xdf\xbf"
"\u{800}\u{FFFF}"		--> "\xe0\xa0\x80\xef\xbf\xbf"
"\u{10000}\u{10FFFF}"		--> "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"
"\u{1FFFFF}"			--> "\xf7\xbf\xbf\xbf"
"\u{200000}"			--> "\xf8\x88\x80\x80\x80"
"\u{3FFFFFF}"			--> "\xfb\xbf\xbf\xbf\xbf"
"\u{4000000}"			--> "\xfc\x84\x80\x80\x80\x80"
"\u{7FFFFFFF}"			--> "\xfd\xbf\xbf\xbf\xbf\xbf"
"\u{00000000000041}"		--> "A"
"\u{D800}"			--> "\xed\xa0\x80"
x = "\u{80000000}"	--? UTF-8 value too large near '"\u{80000000'
x = "\u{110000000}"	--? UTF-8 value too large near '"\u{110000000'
x = "\u41"		--? missing '{' near '"\u4'
x = "\u{}"		--? hexadecimal digit expected near '"\u{}'
x = "\u{4g}"		--? missing '}' near '"\u{4g'
x = "\u{41"		--? missing '}' near '"\u{41"'
x = "\u{xyz}"		--? hexadecimal digit expected near '"\u{x'
]]
end)

test("unknown escapes and unfinished strings are refused", function()
	lines [[
x = "\q"	--? invalid escape sequence near '"\q'
x = "\e"	--? invalid escape sequence near '"\e'
x = "a\ b"	--? invalid escape sequence near '"a\ '
x = "\N"	--? invalid escape sequence near '"\N'
x = "abc	--? unfinished string near <eof>
x = 'abc"	--? unfinished string near <eof>
]]
	syntax("unfinished string near '\"abc'", 'x = "abc\ny"')
	syntax("unfinished string near ''abc'", "x = 'abc\r'")
	syntax("unfinished string near <eof>", "x = '\\")
	syntax("unfinished string near <eof>", "x = '")
end)

test("long strings", function()
	lines [==[
[[]]				--> ""
[[a]]				--> "a"
[=[]]]=]			--> "]]"
[=[]=]				--> ""
[=[[[x]]]=]			--> "[[x]]"
[[\n\x41]]			--> "\x5cn\x5cx41"
[[]=]]				--> "]="
]==]
	eq(code("return [[]\n]]")(), "]\n")
	eq(code("return [[\nabc]]")(), "abc", "first newline skipped")
	eq(code("return [[\n\nabc]]")(), "\nabc", "only the first")
	eq(code("return [[\r\nabc]]")(), "abc")
	eq(code("return [[\n\rabc]]")(), "abc")
	eq(code("return [[a\r\nb\rc\n\rd\ne]]")(), "a\nb\nc\nd\ne")
	eq(code("return [====[ ]===] ]====]")(), " ]===] ")
	eq(code("return [[a\0b]]")(), "a\0b")
end)

test("long bracket errors", function()
	lines [==[
x = [=		--? invalid long string delimiter near '[='
x = [==x	--? invalid long string delimiter near '[=='
x = [[abc	--? unfinished long string (starting at line 1) near <eof>
x = [=[abc]]	--? unfinished long string (starting at line 1) near <eof>
]==]
	syntax("unfinished long string (starting at line 2) near <eof>",
		"\nx = [[\n\n", 4)
end)

test("comments", function()
	eq(code("return 1 -- return 2")(), 1)
	eq(code("return --[[ x ]] 1")(), 1)
	eq(code("return --[==[ x ]] ]==] 2")(), 2)
	eq(code("return --[=[\n\n]=] 3")(), 3)
	eq(code("--[ not long\nreturn 4")(), 4)
	eq(code("--[=x not long either\nreturn 5")(), 5)
	eq(code("return 6 --")(), 6)
	eq(code("--\n--[[]]--[[]]return 7")(), 7)
	eq(code("--[[\n]]return 8")(), 8)
	eq(code("---[[ dashes\nreturn 9")(), 9)
	eq(code("local x = 10 --\rx = 11 return x")(), 11, "\\r ends a line")
	syntax("unfinished long comment (starting at line 1) near <eof>",
		"--[[ x")
	syntax("unfinished long comment (starting at line 3) near <eof>",
		"\n\n--[==[ x ]]\n", 4)
end)

test("a first line with # is no comment in load", function()
	syntax("unexpected symbol near '#'", "#!/usr/bin/lua\nreturn 1")
end)

test("names", function()
	lines [[
local _ = 1 return _		--> 1
local _a1, A1_ = 1, 2 return _a1, A1_	--> 1, 2
local aAa, AAA, aaa = 1, 2, 3 return aAa, AAA, aaa	--> 1, 2, 3
local andy, End, END = 1, 2, 3 return andy, End, END	--> 1, 2, 3
local goto_, _goto = 1, 2 return goto_ + _goto		--> 3
local 1a = 1			--? malformed number near '1a'
local a@ = 1			--? unexpected symbol near '@'
]]
	local long = ("n"):rep(300)
	eq(code("local " .. long .. " = 7 return " .. long)(), 7)
	eq(code(long .. " = 8 return " .. long, {})(), 8)
	T.ok(not load("local caf\xc3\xa9 = 1"), "non-ASCII letters refused")
	T.ok(not load("local \xe9 = 1"), "Latin-1 letters refused")
end)

test("all 22 words are reserved", function()
	local words = [[and break do else elseif end false for function goto if in
		local nil not or repeat return then true until while]]
	local n = 0
	for word in words:gmatch("%a+") do
		n = n + 1
		syntax("<name> expected near '" .. word .. "'", "goto " .. word)
		T.ok(not load("return {}." .. word), word .. " as a field name")
		T.ok(load("return {['" .. word .. "'] = 1}"))
	end
	eq(n, 22)
end)

test("every operator and delimiter is one token", function()
	lines [[
1 + 2 - 3 * 4 % 5		--> 1
6 // 4 / 1			--> 1
5 & 6 | 8 ~ 1			--> 13
~0				--> -1
1 << 2 >> 1			--> 2
1 == 1, 1 ~= 1			--> true, false
1 <= 1, 1 >= 1, 1 < 1, 1 > 1	--> true, true, false, false
#{1, 2; 3}			--> 3
(1)				--> 1
"a" .. "b"			--> "ab"
select("#", ...)		--> 0
::l:: do return 1 end		--> 1
a.b:c = 1			--? function arguments expected near '='
x = ! 1				--? unexpected symbol near '!'
x = 1 != 2			--? unexpected symbol near '!'
x = $				--? unexpected symbol near '$'
x = ?				--? unexpected symbol near '?'
x = `a`				--? unexpected symbol near '`'
x += 1				--? syntax error near '+'
x ~ = 1				--? syntax error near '~'
x = a && b			--? unexpected symbol near '&'
x = 1 = = 2			--? unexpected symbol near '='
]]
end)

test("control characters in a source are named by number", function()
	syntax("unexpected symbol near '<\\1>'", "x = \1")
	syntax("unexpected symbol near '<\\127>'", "x = \127")
	syntax("unexpected symbol near '<\\200>'", "x = \200")
	syntax("unexpected symbol", "x = \0")
end)

test("white space and line counting", function()
	eq(code("\t\v\f return\r\n1")(), 1)
	syntax("unexpected symbol near '@'", "\n\n@", 3)
	syntax("unexpected symbol near '@'", "\r\n\r\n@", 3)
	syntax("unexpected symbol near '@'", "\n\r\n\r@", 3)
	syntax("unexpected symbol near '@'", "\r\r@", 3)
	syntax("unexpected symbol near '@'", "x = [[\n\n]] -- y\n@", 4)
	syntax("unexpected symbol near '@'", "x = 'a\\\nb'\n@", 3)
end)

return T.finish()
