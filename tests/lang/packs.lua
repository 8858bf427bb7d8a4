-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.4.2: string.pack, packsize and unpack. The dialect refuses f and d;
-- n is an integer of the size of lua_Integer (api-facts.md, section 1).

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

local pack, unpack, packsize = string.pack, string.unpack, string.packsize

test("integers of every size, both byte orders", function()
	for n = 1, 16 do
		for _, v in ipairs {0, 1, 100, -1, -100} do
			for order in ("<>="):gmatch(".") do
				local f = order .. "i" .. n
				local s = pack(f, v)
				eq(#s, n)
				vals(v .. ", " .. n + 1, unpack(f, s))
				if v >= 0 then
					eq((unpack(order .. "I" .. n, pack(order .. "I" .. n, v))), v)
				end
			end
		end
	end
end)

test("byte layout", function()
	lines [[
string.pack("<i4", 0x01020304)		--> "\x04\x03\x02\x01"
string.pack(">i4", 0x01020304)		--> "\x01\x02\x03\x04"
string.pack("<I2", 0xfffe), string.pack(">I2", 0xfffe)	--> "\xfe\xff", "\xff\xfe"
string.pack("<i3", -2), string.pack(">i3", -2)	--> "\xfe\xff\xff", "\xff\xff\xfe"
string.pack(">I3", 0x010203)		--> "\x01\x02\x03"
string.pack(">i8", -1) == ("\xff"):rep(8)	--> true
string.pack(">i16", -1) == ("\xff"):rep(16)	--> true
string.pack(">i16", 1) == ("\0"):rep(15) .. "\1"	--> true
string.pack("b", -1), string.pack("B", 255)	--> "\xff", "\xff"
string.pack(">h", 258), string.pack("<h", 258)	--> "\x01\x02", "\x02\x01"
string.unpack("<i4", "\4\3\2\1")	--> 16909060, 5
string.unpack(">i2", "\xff\xfe")	--> -2, 3
string.unpack(">I2", "\xff\xfe")	--> 65534, 3
string.unpack("<i3", "\xff\xff\xff"), string.unpack("<I3", "\xff\xff\xff")	--> -1, 16777215, 4
string.unpack(">I8", ("\xff"):rep(8))	--> -1, 9
string.unpack("<i16", ("\xff"):rep(16))	--> -1, 17
string.unpack("<I16", "\5" .. ("\0"):rep(15))	--> 5, 17
string.unpack(">I4I4", "\10\1\1\2\192\168\10\1")	--> 167837954, 3232238081, 9
]]
end)

test("native sizes", function()
	local size = packsize
	eq(size "b", 1)
	eq(size "B", 1)
	eq(size "h", 2)
	eq(size "H", 2)
	eq(size "i", 4)
	eq(size "I", 4)
	T.ok(size "l" == 8 or size "l" == 4)
	eq(size "l", size "L")
	eq(size "j", 8)
	eq(size "J", 8)
	eq(size "n", 8, "n is lua_Number, here an integer")
	T.ok(size "T" == 8 or size "T" == 4)
	eq(size "x", 1)
	eq(size "bBhHiI", 14)
	eq(size "!8 bBhHiI", 16)
	eq(size "", 0)
	eq(size " < > = ! ", 0)
	eq(size "c10", 10)
	eq(size "c0", 0)
	eq(size "i3i7I5", 15)
	for f in ("bBhHiIlLjJTn"):gmatch(".") do
		local s = pack(f, 100)
		eq(#s, size(f))
		vals("100, " .. #s + 1, unpack(f, s))
	end
end)

test("n is an integer", function()
	lines [[
string.unpack("<n", string.pack("<n", -5))	--> -5, 9
string.pack("<n", 1) == string.pack("<j", 1)	--> true
string.pack(">n", math.mininteger) == string.pack(">j", math.mininteger)	--> true
string.pack("n", "x")	--! bad argument #2 to 'pack' (number expected, got string)
]]
end)

test("f and d are refused everywhere", function()
	for c in ("fd"):gmatch(".") do
		err("invalid format option '" .. c .. "'", pack, c, 1)
		err("invalid format option '" .. c .. "'", unpack, c, ("\0"):rep(8))
		err("invalid format option '" .. c .. "'", packsize, c)
		err("invalid format option '" .. c .. "'", pack, "<i4" .. c, 1, 1)
	end
end)

test("ranges are checked", function()
	lines [[
string.pack("b", 127), string.pack("b", -128)	--> "\x7f", "\x80"
string.pack("i1", 128)	--! bad argument #2 to 'pack' (integer overflow)
string.pack("b", -129)	--! bad argument #2 to 'pack' (integer overflow)
string.pack("B", 256)	--! bad argument #2 to 'pack' (unsigned overflow)
string.pack("B", -1)	--! bad argument #2 to 'pack' (unsigned overflow)
string.pack("h", 32768)	--! bad argument #2 to 'pack' (integer overflow)
string.pack("H", 65536)	--! bad argument #2 to 'pack' (unsigned overflow)
string.pack("i4", 1 << 31)	--! bad argument #2 to 'pack' (integer overflow)
string.pack("I4", 1 << 32)	--! bad argument #2 to 'pack' (unsigned overflow)
string.pack("I4", -1)	--! bad argument #2 to 'pack' (unsigned overflow)
string.pack("i7", 1 << 55)	--! bad argument #2 to 'pack' (integer overflow)
#string.pack("i7", (1 << 55) - 1), #string.pack("I7", (1 << 56) - 1)	--> 7, 7
#string.pack("J", -1), #string.pack("I8", -1), #string.pack("j", math.mininteger)	--> 8, 8, 8
string.pack("i0", 1)	--! integral size (0) out of limits [1,16]
string.pack("i17", 1)	--! integral size (17) out of limits [1,16]
string.pack("I99", 1)	--! integral size (99) out of limits [1,16]
string.pack("!17", 1)	--! integral size (17) out of limits [1,16]
string.unpack("<i9", ("\xff"):rep(8) .. "\0")	--! 9-byte integer does not fit into Lua Integer
string.unpack("<I9", ("\0"):rep(8) .. "\1")	--! 9-byte integer does not fit into Lua Integer
string.unpack(">i16", "\1" .. ("\0"):rep(15))	--! 16-byte integer does not fit into Lua Integer
]]
end)

test("strings with a length", function()
	lines [[
string.pack("<s1", "abc"), string.pack(">s2", "abc")	--> "\x03abc", "\x00\x03abc"
string.pack("<s4", "")			--> "\x00\x00\x00\x00"
string.unpack("<s1", "\3abcd")		--> "abc", 5
string.unpack(">s2", "\0\2ab")		--> "ab", 5
string.unpack("<s", string.pack("<s", "hello"))	--> "hello", 14
#string.pack("s", "x")			--> 9
string.pack("s1", ("x"):rep(256))	--! bad argument #2 to 'pack' (string length does not fit in given size)
#string.pack("s1", ("x"):rep(255))	--> 256
string.unpack("s1", "\5abc")	--! bad argument #2 to 'unpack' (data string too short)
string.unpack("s4", "\1\0")	--! bad argument #2 to 'unpack' (data string too short)
string.unpack("<s8", ("\xff"):rep(8))	--! bad argument #2 to 'unpack' (data string too short)
string.unpack("<s8", "\xff\xff\xff\xff\xff\xff\xff\x7f")	--! bad argument #2 to 'unpack' (data string too short)
string.pack("s", {})		--! bad argument #2 to 'pack' (string expected, got table)
string.packsize("s")		--! bad argument #1 to 'packsize' (variable-length format)
string.packsize("z")		--! bad argument #1 to 'packsize' (variable-length format)
string.packsize("i4s2")		--! bad argument #1 to 'packsize' (variable-length format)
]]
end)

test("zero-terminated and fixed strings", function()
	lines [[
string.pack("z", "abc"), string.pack("zz", "", "x")	--> "abc\x00", "\x00x\x00"
string.unpack("z", "abc\0def")		--> "abc", 5
string.unpack("zz", "\0a\0")		--> "", "a", 4
string.unpack("z", "abc")	--! bad argument #2 to 'unpack' (unfinished string for format 'z')
string.pack("z", "a\0b")	--! bad argument #2 to 'pack' (string contains zeros)
string.pack("c5", "abc")		--> "abc\x00\x00"
string.pack("c3", "abc"), string.pack("c0", "")	--> "abc", ""
string.pack("c2", "abc")	--! bad argument #2 to 'pack' (string longer than given size)
string.unpack("c3", "abcdef")		--> "abc", 4
string.unpack("c0", "abc")		--> "", 1
string.unpack("c4", "abc")	--! bad argument #2 to 'unpack' (data string too short)
string.pack("c", "x")		--! missing size for format option 'c'
string.unpack("c", "x")		--! missing size for format option 'c'
]]
end)

test("padding and alignment", function()
	lines [[
string.pack("bxb", 1, 2)		--> "\x01\x00\x02"
string.unpack("bxb", "\1\9\2")		--> 1, 2, 4
string.pack("<!4 b i4", 1, 2)		--> "\x01\x00\x00\x00\x02\x00\x00\x00"
string.pack("<!2 b i4", 1, 2)		--> "\x01\x00\x02\x00\x00\x00"
string.pack("<!1 b i4", 1, 2)		--> "\x01\x02\x00\x00\x00"
string.pack("<b i4", 1, 2)		--> "\x01\x02\x00\x00\x00"
string.pack("<!4 b Xi4", 1)		--> "\x01\x00\x00\x00"
string.pack("<!8 b Xh h", 1, 2)		--> "\x01\x00\x02\x00"
string.pack(" < i2 > i2 ", 1, 1)	--> "\x01\x00\x00\x01"
string.packsize("!8 b j"), string.packsize("!4 b j"), string.packsize("b j")	--> 16, 12, 9
string.packsize("!8 b Xj"), string.packsize("!4 i4 i8")	--> 8, 12
string.packsize("!16 b i16"), string.packsize("! b Xi8 b")	--> 32, 9
string.unpack("<!4 b i4", "\1\0\0\0\2\0\0\0")	--> 1, 2, 9
string.unpack("<!4 i4", "\0\0\0\0\5\0\0\0", 2)	--> 5, 9
string.pack("!4 i3", 1)	--! bad argument #1 to 'pack' (format asks for alignment not power of 2)
string.pack("X")	--! bad argument #1 to 'pack' (invalid next option for option 'X')
string.pack("Xz", "x")	--! bad argument #1 to 'pack' (invalid next option for option 'X')
string.pack("X i4")	--! bad argument #1 to 'pack' (invalid next option for option 'X')
]]
end)

test("unpack from a position", function()
	lines [[
string.unpack("b", "\1\2\3")		--> 1, 2
string.unpack("b", "\1\2\3", 2)		--> 2, 3
string.unpack("b", "\1\2\3", -1)	--> 3, 4
string.unpack("b", "\1\2\3", -3)	--> 1, 2
string.unpack("", "abc", 4)		--> 4
string.unpack("", "abc")		--> 1
string.unpack("b", "\1\2\3", 4)	--! bad argument #2 to 'unpack' (data string too short)
string.unpack("b", "\1\2\3", 5)	--! bad argument #3 to 'unpack' (initial position out of string)
string.unpack("b", "abc", math.maxinteger)	--! bad argument #3 to 'unpack' (initial position out of string)
string.unpack("b", "abc", -100)		--> 97, 2
string.unpack("b", "abc", math.mininteger)	--> 97, 2
string.unpack("b", "abc", 0)	--> 97, 2
string.unpack("i4", "abc")	--! bad argument #2 to 'unpack' (data string too short)
]]
	local s, pos, out = pack(">bhi4", 1, 2, 3), 1, {}
	for f in (">b >h >i4"):gmatch("%S+") do
		out[#out + 1], pos = unpack(f, s, pos)
	end
	eq(table.concat(out, " ") .. " " .. pos, "1 2 3 8")
end)

test("invalid options and sizes", function()
	lines [[
string.pack("y", 1)		--! invalid format option 'y'
string.pack("i4q", 1, 2)	--! invalid format option 'q'
string.unpack("@", "x")		--! invalid format option '@'
string.packsize("Z")		--! invalid format option 'Z'
string.pack("i4")	--! bad argument #2 to 'pack' (number expected, got nil)
string.pack("i4", "x")	--! bad argument #2 to 'pack' (number expected, got string)
string.pack("i4", "7") == string.pack("i4", 7)	--> true
string.pack()		--! bad argument #1 to 'pack' (string expected, got no value)
string.unpack("i4")	--! bad argument #2 to 'unpack' (string expected, got no value)
string.pack("")			--> ""
]]
	err("bad argument #1 to 'string.packsize' (format result too large)", packsize,
		("c214748364"):rep(11))
	err("integral size (214748364) out of limits [1,16]", pack, "i214748364", 1)
	err("invalid format option '7'", packsize, "c2147483647")
end)

test("structures round-trip", function()
	local f = ">!4 I1 I2 s2 z I4 j c4 b"
	local s = pack(f, 5, 600, "len", "zero", 0xdeadbeef, -99, "four", -7)
	vals('5, 600, "len", "zero", 3735928559, -99, "four", -7, ' .. #s + 1, unpack(f, s))
	eq(select("#", unpack(("b"):rep(100), ("x"):rep(100))), 101)
end)

return T.finish()
