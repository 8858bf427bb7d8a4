-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.4.1: patterns, through find and match.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

-- The bytes that a single-character pattern matches, as ranges.
local function class(p)
	local out, first = {}, nil
	for i = 0, 256 do
		local hit = i < 256 and string.char(i):find("^" .. p .. "$") ~= nil
		if hit and not first then
			first = i
		elseif not hit and first then
			out[#out + 1] = first == i - 1 and ("%d"):format(first)
				or ("%d-%d"):format(first, i - 1)
			first = nil
		end
	end
	return table.concat(out, " ")
end

test("classes match ASCII only", function()
	eq(class "%a", "65-90 97-122")
	eq(class "%d", "48-57")
	eq(class "%l", "97-122")
	eq(class "%u", "65-90")
	eq(class "%s", "9-13 32")
	eq(class "%w", "48-57 65-90 97-122")
	eq(class "%x", "48-57 65-70 97-102")
	eq(class "%p", "33-47 58-64 91-96 123-126")
	eq(class "%c", "0-31 127")
	eq(class "%g", "33-126")
	eq(class ".", "0-255")
end)

test("upper-case letters are the complements", function()
	eq(class "%A", "0-64 91-96 123-255")
	eq(class "%D", "0-47 58-255")
	eq(class "%L", "0-96 123-255")
	eq(class "%U", "0-64 91-255")
	eq(class "%S", "0-8 14-31 33-255")
	eq(class "%W", "0-47 58-64 91-96 123-255")
	eq(class "%X", "0-47 58-64 71-96 103-255")
	eq(class "%P", "0-32 48-57 65-90 97-122 127-255")
	eq(class "%C", "32-126 128-255")
	eq(class "%G", "0-32 127-255")
end)

test("sets", function()
	eq(class "[abc]", "97-99")
	eq(class "[a-z]", "97-122")
	eq(class "[^a-z]", "0-96 123-255")
	eq(class "[a-cx-z]", "97-99 120-122")
	eq(class "[%d_]", "48-57 95")
	eq(class "[^%d_]", "0-47 58-94 96-255")
	eq(class "[%w%s]", "9-13 32 48-57 65-90 97-122")
	eq(class "[]]", "93")
	eq(class "[^]]", "0-92 94-255")
	eq(class "[]-a]", "93-97")
	eq(class "[a-]", "45 97")
	eq(class "[-a]", "45 97")
	eq(class "[a^]", "94 97")
	eq(class "[%^a]", "94 97")
	eq(class "[%]]", "93")
	eq(class "[%-a]", "45 97")
	eq(class "[a%-z]", "45 97 122")
	eq(class "[%a-z]", "45 65-90 97-122", "a class is no end of a range")
	eq(class "[z-a]", "")
	eq(class "[\0-\31]", "0-31")
	eq(class "[\128-\255]", "128-255")
	eq(class "[.]", "46")
	eq(class "[%.]", "46")
	eq(class "[$*+?()]", "36 40-43 63")
	eq(class "[%D]", "0-47 58-255")
	eq(class "[[]", "91")
end)

test("escaped characters stand for themselves", function()
	for c in ("^$()%.[]*+-?{}|/\\\"'!@#&_=~<>,;:"):gmatch(".") do
		eq(("x" .. c .. "y"):match("x(%" .. c .. ")y"), c)
	end
end)

test("repetition", function()
	lines [=[
("aaab"):match("a*"), ("aaab"):match("a+"), ("aaab"):match("a-"), ("aaab"):match("a?")	--> "aaa", "aaa", "", "a"
("b"):match("a*"), ("b"):match("a+"), ("b"):match("a-"), ("b"):match("a?")	--> "", nil, "", ""
("aaab"):match("a-b"), ("aaab"):match("^a-$"), ("aaa"):match("^a-$")	--> "aaab", nil, "aaa"
("aaa"):match("a*a"), ("aaa"):match("a+a"), ("a"):match("a+a")	--> "aaa", "aaa", nil
("aaa"):match("a?a?a?a?"), ("aaa"):match("a?aaa")	--> "aaa", "aaa"
("xyz"):match(".*"), ("xyz"):match(".-"), ("xyz"):match(".-z"), ("xyz"):match(".+y")	--> "xyz", "", "xyz", "xy"
("<a><b>"):match("<.*>"), ("<a><b>"):match("<.->")	--> "<a><b>", "<a>"
("123abc"):match("%d+"), ("123abc"):match("%a+"), ("123abc"):match("%d-%a")	--> "123", "abc", "123a"
("a1b2"):match("%a%d%a"), ("key = v"):match("(%w+)%s*=%s*(%w+)")	--> "a1b", "key", "v"
("[[x]]"):match("%[+"), ("***"):match("%**"), ("a+"):match("a%+")	--> "[[", "***", "a+"
("abc"):match("[a-b]*"), ("abc"):match("[^c]+"), ("aXbX"):match("[%u]")	--> "ab", "ab", "X"
("*a"):match("*a"), ("+a"):match("^+a"), ("-"):match("-"), ("?"):match("?")	--> "*a", "+a", "-", "?"
("a*"):match("a**"), ("ab"):match("a-*b")	--> "a*", nil
("x"):match("()x*()"), (""):match("()x*()")	--> 1, 1, 1
]=]
end)

test("anchors", function()
	lines [=[
("hello"):find("^h"), ("hello"):find("^e")	--> 1, nil
("hello"):find("^h")				--> 1, 1
("hello"):find("o$"), ("hello"):find("l$")	--> 5, nil
("hello"):find("^hello$")			--> 1, 5
("hello"):find("^$"), (""):find("^$")		--> nil, 1, 0
("hello"):find("^", 3)				--> 3, 2
("hello"):find("$")				--> 6, 5
("hello"):find("^l", 3)				--> 3, 3
("a^b"):find("a^b"), ("a^b"):find("[a]^")	--> 1, 1, 2
("a$b"):find("a$b"), ("a$"):find("a$$")		--> 1, 1, 2
("x"):find("^^x"), ("^x"):find("^^x")		--> nil, 1, 2
("ab"):find("b^"), ("ab"):find("$b")		--> nil, nil
("\n"):find("^.$")				--> 1, 1
("a\nb"):find("^b")				--> nil
]=]
end)

test("captures", function()
	lines [=[
("hello"):match("(h)(e)(l+)(o)")		--> "h", "e", "ll", "o"
("hello"):match("((h)(e))")			--> "he", "h", "e"
("hello"):match("()ll()")			--> 3, 5
("hello"):find("(l)(l)")			--> 3, 4, "l", "l"
("hello"):find("()l")				--> 3, 3, 3
("hello"):match("(x?)h")			--> ""
("hello"):match("h()")				--> 2
("2026-11-21"):match("(%d+)-(%d+)-(%d+)")	--> "2026", "11", "21"
("abc"):match("(a(b(c)))")			--> "abc", "bc", "c"
("abc"):match("(.-)(c)")			--> "ab", "c"
("aaa"):match("(a-)(a*)"), ("aaa"):match("(a*)(a-)")	--> "", "aaa", ""
("x=1,y=2"):match("y=(%d)")			--> "2"
("abc"):match("b", 2), ("abc"):match("b", 3), ("abc"):match("(c)", -1)	--> "b", nil, "c"
("abc"):match("^b", 2), ("abc"):match("()", 3), ("abc"):match("()", 4), ("abc"):match("()", 5)	--> "b", 3, 4, nil
]=]
	vals(("1, "):rep(31) .. "1", ("x"):match(("()"):rep(32)))
end)

test("back references", function()
	lines [=[
("abab"):match("(ab)%1"), ("abac"):match("(ab)%1")	--> "ab", nil
([["it's"]]):match("([\"'])(.-)%1")		--> "\x22", "it's"
("aa bb cd"):match("(%a)%1", 3)			--> "b"
("xyyx"):match("(x)(y)%2%1")			--> "x", "y"
("==a=="):match("(=*)a%1")			--> "=="
("=a=="):match("(=*)a%1")			--> "="
("abc"):match("()b%1")	--> nil
("abc"):match("%1")	--! invalid capture index %1
("abc"):match("(a)%2")	--! invalid capture index %2
("abc"):match("(a%1)")	--! invalid capture index %1
("abc"):match("%0")	--! invalid capture index %0
("abc"):match("(a)(b)%9")	--! invalid capture index %9
]=]
end)

test("balanced matches", function()
	lines [=[
("f(a(b)c)d"):match("%b()"), ("f(a(b)c)d"):find("%b()")	--> "(a(b)c)", 2, 8
("((a)"):match("%b()"), ("(a"):match("%b()"), (")("):match("%b()")	--> "(a)", nil, nil
("<<x>>y>"):match("%b<>"), ("{a}{b}"):match("%b{}")	--> "<<x>>", "{a}"
("'a'b'"):match("%b''"), ("begin x end"):match("%bbn")	--> "'a'", "begin"
("()"):match("%b()"), ("x()"):match("^%b()")	--> "()", nil
("a(b)"):match("(%b())"), ("(a)(b)"):match("%b()(%b())")	--> "(b)", "(b)"
("\0x\1"):match("%b\0\1")			--> "\x00x\x01"
("x"):match("%b")	--! malformed pattern (missing arguments to '%b')
("x"):match("%b(")	--! malformed pattern (missing arguments to '%b')
]=]
	eq((("("):rep(500) .. (")"):rep(500)):match("%b()"), ("("):rep(500) .. (")"):rep(500))
end)

test("frontier", function()
	lines [=[
("THE (quick) fox"):find("%f[%a]%a+%f[%A]")	--> 1, 3
("THE (quick) fox"):find("%f[%l]%a+")		--> 6, 10
("THE (quick) fox"):match("%f[%a]%a+$")		--> "fox"
("foo.bar"):match("%f[%w]%w+", 2)		--> "bar"
("a"):find("%f[a]"), ("a"):find("%f[\0]"), ("a"):find("%f[%z]")	--> 1, 2, 2, 1
("aba"):find("%f[b]"), (""):find("%f[\0]"), (""):find("%f[a]")	--> 2, nil, nil
(" word"):match("()%f[%a]"), ("word "):match("%a+()%f[%s]")	--> 2, 5
("x"):match("%f")	--! missing '[' after '%f' in pattern
("x"):match("%fa")	--! missing '[' after '%f' in pattern
("x"):match("%f[a")	--! malformed pattern (missing ']')
]=]
	eq(select(2, ("the cat the"):gsub("%f[%a]the%f[%A]", "a")), 2)
end)

test("malformed patterns", function()
	lines [=[
("a"):match("[a")	--! malformed pattern (missing ']')
("a"):match("[")	--! malformed pattern (missing ']')
("a"):match("[]")	--! malformed pattern (missing ']')
("a"):match("[^]")	--! malformed pattern (missing ']')
("a"):match("[a%]")	--! malformed pattern (missing ']')
("a"):match("[a%")	--! malformed pattern (missing ']')
("a"):match("%")	--! malformed pattern (ends with '%')
("a"):match("a%")	--! malformed pattern (ends with '%')
("a"):match("(a")	--! unfinished capture
("a"):match("(")	--! unfinished capture
("a"):match("a)")	--! invalid pattern capture
("a"):match(")")	--! invalid pattern capture
("a"):match("(()")	--! unfinished capture
("a"):match("(a))")	--! invalid pattern capture
("a"):find("(")		--! unfinished capture
("a"):find("%")		--! malformed pattern (ends with '%')
("b"):match("a[")	--> nil
]=]
end)

test("at most 32 captures", function()
	local s = ("a"):rep(40)
	eq(select("#", s:match(("()"):rep(32))), 32)
	eq(select("#", s:match(("(a)"):rep(24))), 24)
	local r = table.pack(pcall(string.match, s, ("(a)"):rep(32)))
	T.ok(r.n == 33 or r[2]:find("pattern too complex", 1, true), "or refused as complex")
	err("too many captures", string.match, s, ("()"):rep(33))
	err("too many captures", string.find, s, ("()"):rep(33))
	err("too many captures", string.gsub, s, ("()"):rep(33), "")
	err("too many captures", s.gmatch(s, ("()"):rep(33)))
end)

test("a pattern may hold and match zero bytes", function()
	lines [=[
("a\0b"):match("a\0b"), ("a\0b"):match("%z"), ("a\0b"):match("[\0]")	--> "a\x00b", "\x00", "\x00"
("ab\0cd"):match("[^\0]+"), ("ab\0cd"):match("\0(.*)")	--> "ab", "cd"
("a\0\0b"):find("\0+")	--> 2, 3
]=]
end)

test("deep backtracking ends in a result or a clear error", function()
	eq(("a"):rep(2000):match(".-b"), nil)
	eq(#("a"):rep(100000):match(".*"), 100000)
	eq(("a"):rep(2000):find("a*b"), nil)
	local ok, r = pcall(string.match, ("a"):rep(20000), ("a?"):rep(2000) .. "b")
	T.ok(ok and r == nil or not ok and r:find("pattern too complex", 1, true)
		or not ok and r:find("stack overflow", 1, true), tostring(r))
	ok, r = pcall(string.match, ("x"):rep(300), ("(x"):rep(20) .. (")"):rep(20))
	T.ok(ok, tostring(r))
end)

test("parsing by pattern", function()
	lines [=[
("  trim me  "):match("^%s*(.-)%s*$")		--> "trim me"
("/usr/lib/lua.so"):match("([^/]+)%.(%w+)$")	--> "lua", "so"
("k=v=w"):match("^(.-)=(.*)$")			--> "k", "v=w"
("192.168.10.1"):match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")	--> "192", "168", "10", "1"
("0x1F"):match("^0[xX](%x+)$")			--> "1F"
("GET /index.html HTTP/1.1"):match("^(%u+) (%S+) HTTP/(%d)%.(%d)$")	--> "GET", "/index.html", "1", "1"
("\6github\3com\0"):find("github.com")		--> 2, 11
]=]
end)

return T.finish()
