-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.4: string.format, with every conversion. The dialect has none of
-- a A e E f F g G (api-facts.md, section 1).

local T = require "tests.lang.harness"
local test, lines, eq, vals, errany = T.test, T.lines, T.eq, T.vals, T.errany

local fmt = string.format

test("plain text and percent signs", function()
	lines [[
string.format("")			--> ""
string.format("text")			--> "text"
string.format("100%%")			--> "100%"
string.format("%%%%")			--> "%%"
string.format("%d%%", 5)		--> "5%"
string.format("a\0b%d", 1)		--> "a\x00b1"
string.format("x", 1, 2, 3)		--> "x"
string.format("%d", 1, 2)		--> "1"
string.format(5)			--> "5"
("%d-%d"):format(1, 2)			--> "1-2"
]]
	eq(#fmt(("x"):rep(5000)), 5000)
end)

test("%d and %i", function()
	lines [[
string.format("%d %i", 5, -5)		--> "5 -5"
string.format("%d", 0)			--> "0"
string.format("%d", math.maxinteger)	--> "9223372036854775807"
string.format("%d", math.mininteger)	--> "-9223372036854775808"
string.format("%5d|%-5d|%05d", 42, 42, 42)	--> "   42|42   |00042"
string.format("%+d|%+d|% d|% d", 5, -5, 5, -5)	--> "+5|-5| 5|-5"
string.format("%5d|%-5d|%05d", -42, -42, -42)	--> "  -42|-42  |-0042"
string.format("%.3d|%.0d|%.5d", 7, 7, -7)	--> "007|7|-00007"
string.format("%8.3d|%-8.3d|", 7, 7)	--> "     007|007     |"
string.format("%+.3d|%+5d|%-+5d|", 7, 7, 7)	--> "+007|   +7|+7   |"
string.format("%2d", 12345)		--> "12345"
string.format("%99d", 1) == (" "):rep(98) .. "1"	--> true
string.format("%099d", 1) == ("0"):rep(98) .. "1"	--> true
string.format("%.99d", 1) == ("0"):rep(98) .. "1"	--> true
string.format("%d", "42")		--> "42"
string.format("%d", " 0x10 ")		--> "16"
]]
end)

test("%x, %X and %o are of unsigned integers", function()
	lines [[
string.format("%x %X %o", 255, 255, 8)	--> "ff FF 10"
string.format("%x", 0), string.format("%x", -1)	--> "0", "ffffffffffffffff"
string.format("%X", math.mininteger)	--> "8000000000000000"
string.format("%o", -1)			--> "1777777777777777777777"
string.format("%#x|%#X|%#o", 255, 255, 8)	--> "0xff|0XFF|010"
string.format("%04x|%-6x|%6X|", 10, 10, 10)	--> "000a|a     |     A|"
string.format("%.4x|%8.4x", 10, 10)	--> "000a|    000a"
string.format("%#06x", 10)		--> "0x000a"
string.format("%02x%02x", 1, 255)	--> "01ff"
string.format("%016x", 255)		--> "00000000000000ff"
string.format("%5o|%-5o|", 8, 8)	--> "   10|10   |"
]]
end)

-- In the kernel these go through its own snprintf, which differs from C's here.
test("corners in which the kernel's printf differs from C's", function()
	local function either(c, kernel, ...)
		local got = fmt(...)
		T.ok(got == c or got == kernel, "format gives '" .. got .. "', which")
	end
	either("", "0", "%.0d", 0)
	either("", "0", "%.d", 0)
	either("0", "0x0", "%#x", 0)
	either("", "abc", "%.s", "abc")
end)

test("%u is unsigned", function()
	lines [[
string.format("%u|%5u|%-5u|%05u", 1, 1, 1, 1)	--> "1|    1|1    |00001"
string.format("%u %u", -1, math.maxinteger)	--> "18446744073709551615 9223372036854775807"
]]
end)

test("%c", function()
	lines [[
string.format("%c%c", 72, 105)		--> "Hi"
string.format("%c", 0)			--> "\x00"
string.format("%c", 255)		--> "\xff"
string.format("%3c|%-3c|", 65, 65)	--> "  A|A  |"
string.format("%c", "65")		--> "A"
string.format("%c")	--! bad argument #2 to 'format' (no value)
string.format("%c", "x")	--! bad argument #2 to 'format' (number expected, got string)
]]
end)

test("%s", function()
	lines [[
string.format("%s %s", "a", "b")	--> "a b"
string.format("%s %s %s %s", 1, true, nil, false)	--> "1 true nil false"
string.format("%5s|%-5s|", "ab", "ab")	--> "   ab|ab   |"
string.format("%.2s|%.0s|", "abc", "abc")	--> "ab||"
string.format("%5.1s|%-5.1s|", "abc", "abc")	--> "    a|a    |"
string.format("%.20s", "abc")		--> "abc"
string.format("%s", "a\0b")		--> "a\x00b"
string.format("%s|", ("x"):rep(200)) == ("x"):rep(200) .. "|"	--> true
string.format("%10s", ("x"):rep(20))	--> "xxxxxxxxxxxxxxxxxxxx"
string.format("%.3s", 12345)		--> "123"
string.format("%s")	--! bad argument #2 to 'format' (no value)
string.format("%5s", "a\0b")	--! bad argument #2 to 'format' (string contains zeros)
string.format("%.5s", "a\0b")	--! bad argument #2 to 'format' (string contains zeros)
]]
	T.ok(fmt("%s", {}):find("^table: "))
	T.ok(fmt("%s", print):find("^function: "))
	eq(fmt("%s", setmetatable({}, {__tostring = function() return "T" end})), "T")
	eq(fmt("%4s|", setmetatable({}, {__tostring = function() return "T" end})), "   T|")
	eq(#fmt("%s%s", ("a"):rep(3000), ("b"):rep(3000)), 6000)
end)

test("%q", function()
	lines [[
string.format("%q", "abc")		--> "\x22abc\x22"
string.format("%q", 'a"b\\c')		--> "\x22a\x5c\x22b\x5c\x5cc\x22"
string.format("%q", "a\nb")		--> "\x22a\x5c\x0ab\x22"
string.format("%q", "\0")		--> "\x22\x5c0\x22"
string.format("%q", "\0001")		--> "\x22\x5c0001\x22"
string.format("%q", "\r\t\27x")		--> "\x22\x5c13\x5c9\x5c27x\x22"
string.format("%q", "\r1")		--> "\x22\x5c0131\x22"
string.format("%q", "\127\128\255")	--> "\x22\x5c127\x80\xff\x22"
string.format("%q", 5)			--> "5"
string.format("%q", -5)			--> "-5"
string.format("%q", math.maxinteger)	--> "9223372036854775807"
string.format("%q", math.mininteger)	--> "0x8000000000000000"
string.format("%q %q %q", nil, true, false)	--> "nil true false"
string.format("%q", "")			--> "\x22\x22"
string.format("%q", {})		--! bad argument #2 to 'format' (value has no literal form)
string.format("%q", print)	--! bad argument #2 to 'format' (value has no literal form)
string.format("%q")		--! bad argument #2 to 'format' (no value)
string.format("%5q", "x")	--! specifier '%q' cannot have modifiers
string.format("%-q", "x")	--! specifier '%q' cannot have modifiers
string.format("%.2q", "x")	--! specifier '%q' cannot have modifiers
]]
	local bytes = {}
	for i = 0, 255 do
		bytes[#bytes + 1] = string.char(i) .. "1" .. string.char(i)
	end
	local s = table.concat(bytes)
	eq(load("return " .. fmt("%q", s))(), s, "%q reads back")
	for _, v in ipairs {0, -1, math.maxinteger, math.mininteger, 1 << 53} do
		eq(load("return " .. fmt("%q", v))(), v)
	end
end)

test("%p", function()
	local t = {}
	eq(fmt("%p", t), fmt("%p", t))
	T.ok(fmt("%p", t) ~= fmt("%p", {}), "different objects differ")
	eq(fmt("%p", 1), "(null)")
	eq(fmt("%p", nil), "(null)")
	eq(fmt("%p", true), "(null)")
	eq(fmt("%10p|", 5), "    (null)|")
	eq(fmt("%-10p|", 5), "(null)    |")
	eq(fmt("%p", "abc"), fmt("%p", "ab" .. "c"), "short strings are one object")
	lines [[
string.format("%p")	--! bad argument #2 to 'format' (no value)
string.format("%.3p", {})	--! invalid conversion specification: '%.3p'
string.format("%05p", {})	--! invalid conversion specification: '%05p'
]]
end)

test("there are no float conversions", function()
	for c in ("aAeEfFgG"):gmatch(".") do
		for _, spec in ipairs {"%" .. c, "%5" .. c, "%.2" .. c, "%-8.3" .. c} do
			errany({"invalid conversion '" .. spec .. "' to 'format'"}, fmt, spec, 1)
		end
	end
	eq(fmt("%d", 10 / 4), "2")
	eq(fmt("%s", 10 / 4), "2")
	eq(fmt("%5.1s|", 10 / 4), "    2|")
end)

test("invalid conversions are named", function()
	lines [[
string.format("%y", 1)		--! invalid conversion '%y' to 'format'
string.format("%", 1)		--! invalid conversion '%' to 'format'
string.format("abc%", 1)	--! invalid conversion '%' to 'format'
string.format("%5", 1)		--! invalid conversion '%5' to 'format'
string.format("% ", 1)		--! invalid conversion '% ' to 'format'
string.format("%ld", 1)		--! invalid conversion '%l' to 'format'
string.format("%lld", 1)	--! invalid conversion '%l' to 'format'
string.format("%n", 1)		--! invalid conversion '%n' to 'format'
string.format("%hd", 1)		--! invalid conversion '%h' to 'format'
string.format("%*d", 5, 1)	--! invalid conversion '%*' to 'format'
string.format("%.*d", 5, 1)	--! invalid conversion '%.*' to 'format'
string.format("%1$d", 1)	--! invalid conversion '%1$' to 'format'
string.format("%D", 1)		--! invalid conversion '%D' to 'format'
string.format("%S", 1)		--! invalid conversion '%S' to 'format'
string.format("%100d", 1)	--! invalid conversion specification: '%100d'
string.format("%.100d", 1)	--! invalid conversion specification: '%.100d'
string.format("%#d", 1)		--! invalid conversion specification: '%#d'
string.format("%+x", 1)		--! invalid conversion specification: '%+x'
string.format("% x", 1)		--! invalid conversion specification: '% x'
string.format("%+s", 1)		--! invalid conversion specification: '%+s'
string.format("%05s", 1)	--! invalid conversion specification: '%05s'
string.format("%05c", 1)	--! invalid conversion specification: '%05c'
string.format("%.2c", 1)	--! invalid conversion specification: '%.2c'
string.format("%#i", 1)		--! invalid conversion specification: '%#i'
]]
	T.err("invalid format (too long)", fmt, "%" .. ("0"):rep(30) .. "d", 1)
	T.err("invalid format (too long)", fmt, "%" .. ("-"):rep(30) .. "d", 1)
end)

test("arguments of the wrong kind are named by number", function()
	lines [[
string.format()			--! bad argument #1 to 'format' (string expected, got no value)
string.format(nil)		--! bad argument #1 to 'format' (string expected, got nil)
string.format({})		--! bad argument #1 to 'format' (string expected, got table)
string.format("%d")		--! bad argument #2 to 'format' (no value)
string.format("%d %d", 1)	--! bad argument #3 to 'format' (no value)
string.format("%d", nil)	--! bad argument #2 to 'format' (number expected, got nil)
string.format("%d", "1.5")	--! bad argument #2 to 'format' (number expected, got string)
string.format("%x", {})		--! bad argument #2 to 'format' (number expected, got table)
string.format("%s %d", 1, "x")	--! bad argument #3 to 'format' (number expected, got string)
]]
end)

test("many arguments and long results", function()
	local parts, args = {}, {}
	for i = 1, 200 do
		parts[i], args[i] = "%d", i
	end
	local s = fmt(table.concat(parts, ","), table.unpack(args))
	eq(s, table.concat(args, ","))
	eq(#fmt(("%s"):rep(50), table.unpack(args, 1, 50)), 91)
	vals('"  1|  2|  3"', fmt("%3d|%3d|%3d", 1, 2, 3))
end)

return T.finish()
