-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.4: string.gsub and string.gmatch.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

local function all(...)
	local out = {}
	for a, b in string.gmatch(...) do
		out[#out + 1] = tostring(a) .. (b and "/" .. tostring(b) or "")
	end
	return table.concat(out, ",")
end

test("gsub with a string", function()
	lines [[
("hello world"):gsub("o", "0")		--> "hell0 w0rld", 2
("hello"):gsub("l", "")			--> "heo", 2
("hello"):gsub("x", "y")		--> "hello", 0
("hello"):gsub("", "-")			--> "-h-e-l-l-o-", 6
(""):gsub("", "-")			--> "-", 1
("abc"):gsub(".", "%0%0")		--> "aabbcc", 3
("hello world"):gsub("(%w+)", "<%1>")	--> "<hello> <world>", 2
("hello"):gsub("(l)(l)", "%2%1%0")	--> "hellllo", 1
("a b"):gsub("%w", "%%")		--> "% %", 2
("abc"):gsub("%w", "%%%0")		--> "%a%b%c", 3
("abc"):gsub("b", "%1")			--> "abc", 1
("x = 1"):gsub("(%w) = (%w)", "%2 = %1")	--> "1 = x", 1
("abc"):gsub("()", "%1")		--> "1a2b3c4", 4
("a,b,c"):gsub(",", "\0")		--> "a\x00b\x00c", 2
("abc"):gsub("b", 5)			--> "a5c", 1
("a.b.c"):gsub("%.", "/")		--> "a/b/c", 2
]]
end)

test("gsub with a count", function()
	lines [[
("aaaa"):gsub("a", "b", 2)		--> "bbaa", 2
("aaaa"):gsub("a", "b", 0)		--> "aaaa", 0
("aaaa"):gsub("a", "b", -1)		--> "aaaa", 0
("aaaa"):gsub("a", "b", 100)		--> "bbbb", 4
("aaaa"):gsub("a", "b", "3")		--> "bbba", 3
("aaaa"):gsub("a", "b", math.maxinteger)	--> "bbbb", 4
("aaaa"):gsub("a", "b", math.mininteger)	--> "aaaa", 0
("abc"):gsub("", "-", 2)		--> "-a-bc", 2
("abc"):gsub("b", "x", nil)		--> "axc", 1
("abc"):gsub("b", "x", {})	--! bad argument #3 to 'gsub' (number expected, got table)
]]
end)

test("gsub with a table", function()
	lines([[
("$name is $age"):gsub("%$(%w+)", t)	--> "lua is 42", 2
("$name $none"):gsub("%$(%w+)", t)	--> "lua $none", 2
("$no"):gsub("%$(%w+)", t)		--> "$no", 1
("name age"):gsub("%w+", t)		--> "lua 42", 2
("a b"):gsub("()%w", {"x", [3] = "y"})	--> "x y", 2
("abc"):gsub("%w", {})			--> "abc", 3
("abc"):gsub("%w", m)			--> "<a><b><c>", 3
]], {t = {name = "lua", age = 42, no = false},
		m = setmetatable({}, {__index = function(_, k) return "<" .. k .. ">" end})})
	err("invalid replacement value (a table)", string.gsub, "abc", "b", {b = {}})
	err("invalid replacement value (a boolean)", string.gsub, "abc", "b", {b = true})
	err("invalid replacement value (a function)", string.gsub, "abc", "b", {b = print})
end)

test("gsub with a function", function()
	lines [[
("abc"):gsub("%w", string.upper)	--> "ABC", 3
("abc"):gsub("b", function() end)	--> "abc", 1
("abc"):gsub("b", function() return nil end)	--> "abc", 1
("abc"):gsub("b", function() return false end)	--> "abc", 1
("abc"):gsub("b", function() return 10 end)	--> "a10c", 1
("abc"):gsub("b", function() return "%1" end)	--> "a%1c", 1
("abc"):gsub("(a)(b)", function(x, y) return y .. x end)	--> "bac", 1
("abc"):gsub("()b()", function(x, y) return x + y end)	--> "a5c", 1
("abc"):gsub("", function(x) return "<" .. x .. ">" end)	--> "<>a<>b<>c<>", 4
("1 2 3"):gsub("%d", function(d) return d * 2 end)	--> "2 4 6", 3
("abc"):gsub("b", function() return 1, 2 end)	--> "a1c", 1
]]
	local calls = 0
	vals('"xbcd", 1', ("abcd"):gsub("%w", function()
		calls = calls + 1
		return "x"
	end, 1))
	eq(calls, 1)
	err("invalid replacement value (a table)", string.gsub, "a", "a", function() return {} end)
	err("invalid replacement value (a boolean)", string.gsub, "a", "a",
		function() return true end)
	err("in callback", string.gsub, "a", "a", function() error("in callback", 0) end)
end)

test("gsub anchored", function()
	lines [[
("aaa"):gsub("^a", "b")			--> "baa", 1
("aaa"):gsub("a$", "b")			--> "aab", 1
("baa"):gsub("^a", "x")			--> "baa", 0
("aaa"):gsub("^a*$", "x")		--> "x", 1
("  trim  "):gsub("^%s+", "")		--> "trim  ", 1
("abc"):gsub("^", "x")			--> "xabc", 1
("abc"):gsub("$", "x")			--> "abcx", 1
("abc"):gsub("^$", "x")			--> "abc", 0
]]
end)

test("empty matches never repeat a position", function()
	lines [[
("abc"):gsub("%w*", "x")		--> "x", 1
("a b cd"):gsub("%w*", "x")		--> "x x x", 3
("abc"):gsub("b*", "-")			--> "-a-c-", 3
("  "):gsub("%s*", "x")			--> "x", 1
("abc def"):gsub("%f[%w]%w*", "x")	--> "x x", 2
("aXb"):gsub("%u?", "-")		--> "-a-b-", 3
]]
end)

test("gsub errors", function()
	lines [[
("abc"):gsub("b", "%2")		--! invalid capture index %2
("abc"):gsub("(b)", "%2")	--! invalid capture index %2
("abc"):gsub("b", "%")		--! invalid use of '%' in replacement string
("abc"):gsub("b", "%a")		--! invalid use of '%' in replacement string
("abc"):gsub("b", "x%")		--! invalid use of '%' in replacement string
("abc"):gsub("b")		--! bad argument #2 to 'gsub' (string/function/table expected, got no value)
("abc"):gsub("b", nil)		--! bad argument #2 to 'gsub' (string/function/table expected, got nil)
("abc"):gsub("b", true)		--! bad argument #2 to 'gsub' (string/function/table expected, got boolean)
("abc"):gsub()			--! bad argument #1 to 'gsub' (string expected, got no value)
("abc"):gsub("(", "%1")		--! unfinished capture
("abc"):gsub("(", {})		--! unfinished capture
("abc"):gsub("[a", "x")		--! malformed pattern (missing ']')
("abc"):gsub("%", "x")		--! malformed pattern (ends with '%')
string.gsub(nil, "a", "b")	--! bad argument #1 to 'gsub' (string expected, got nil)
]]
end)

test("gsub keeps the subject when nothing changes", function()
	local s = ("abc"):rep(50)
	vals('true, 0', (s:gsub("x", "y")) == s, (select(2, s:gsub("x", "y"))))
	eq((s:gsub("%w", "%0")), s)
	eq((s:gsub("%w", {})), s)
end)

test("gsub over long subjects", function()
	local r, n = ("a"):rep(10000):gsub("a", "bb")
	vals("20000, 10000", #r, n)
	r, n = ("ab"):rep(5000):gsub("b", "")
	vals("5000, 5000", #r, n)
	r, n = ("x"):rep(3000):gsub(".", function(c) return c .. c .. c end)
	vals("9000, 3000", #r, n)
	r = ("a"):rep(100):gsub("a", ("b"):rep(1000))
	eq(#r, 100000)
end)

test("gmatch", function()
	eq(all("one two three", "%a+"), "one,two,three")
	eq(all("k=v, x=y", "(%w+)=(%w+)"), "k/v,x/y")
	eq(all("abc", ""), ",,,")
	eq(all("abc", "()"), "1,2,3,4")
	eq(all("abc", "."), "a,b,c")
	eq(all("", "."), "")
	eq(all("", ""), "")
	eq(all("abc", "x"), "")
	eq(all("abc", "(b)(c)"), "b/c")
	eq(all("aXbX", "%l?"), "a,b,")
	eq(all("ab", "%w*"), "ab")
	eq(all("a,b,,c", "([^,]*)"), "a,b,,c")
	eq(all("xuxx uu ppar r", "()(.)%2"), "3/x,6/u,9/p")
	eq(all("\0a\0", "%z"), "\0,\0")
end)

test("gmatch from a position", function()
	eq(all("abcd", ".", 3), "c,d")
	eq(all("abcd", ".", -1), "d")
	eq(all("abcd", ".", -100), "a,b,c,d")
	eq(all("abcd", ".", 0), "a,b,c,d")
	eq(all("abcd", ".", 5), "")
	eq(all("abcd", "()", 5), "5")
	eq(all("abcd", "()", 6), "")
	eq(all("abcd", "()", 100), "")
	eq(all("abcd", ".", math.mininteger), "a,b,c,d")
	eq(all("abcd", ".", math.maxinteger), "")
end)

test("in gmatch ^ is no anchor", function()
	eq(all("aaa", "^a"), "")
	eq(all("^a^a", "^a"), "^a,^a")
	eq(all("aaa", "a$"), "a")
end)

test("gmatch returns one iterator function", function()
	local f = ("ab"):gmatch("%w")
	eq(type(f), "function")
	vals('"a", "b"', f(), f(), f())
	eq(select("#", ("x"):gmatch("x")), 1)
	lines [[
("x"):gmatch()		--! bad argument #1 to 'gmatch' (string expected, got no value)
("x"):gmatch({})	--! bad argument #1 to 'gmatch' (string expected, got table)
("x"):gmatch("x", {})	--! bad argument #2 to 'gmatch' (number expected, got table)
("x"):gmatch("(")()	--! unfinished capture
("x"):gmatch("[")()	--! malformed pattern (missing ']')
]]
end)

test("nested and concurrent use", function()
	local out = {}
	for a in ("ab cd"):gmatch("%a+") do
		for b in a:gmatch(".") do
			out[#out + 1] = (b:gsub(".", function(c)
				return c .. (("xyz"):find("y"))
			end))
		end
	end
	eq(table.concat(out, " "), "a2 b2 c2 d2")
	local f, g = ("abc"):gmatch("."), ("abc"):gmatch(".")
	vals('"a", "a", "b", "b"', f(), g(), f(), g())
end)

return T.finish()
