-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- net: text of addresses to integers and bytes, and back. net runs it.

local T = require("tests/harness")
local net = require("net")
local linux = require("linux")
local fire = require("tests/fire")

T.start("net", true)

-- one address a line
local function each(text, fn)
	for line in text:gmatch("[^\n]+") do
		local words = {}
		for word in line:gmatch("%S+") do
			words[#words + 1] = word
		end
		if #words > 0 then
			fn(table.unpack(words))
		end
	end
end

T.test("aton and ntoa are each other's opposite", function()
	each([[
		127.0.0.1	0x7f000001
		0.0.0.0		0
		255.255.255.255	0xffffffff
		192.168.10.1	0xc0a80a01
		1.20.0.255	0x011400ff
	]], function(text, value)
		T.eq(net.aton(text), tonumber(value), text)
		T.eq(net.ntoa(tonumber(value)), text)
	end)
	for _ = 1, 500 do
		local ip = linux.random(0, 0xffffffff)
		T.eq(net.aton(net.ntoa(ip)), ip)
	end
end)

T.test("aton takes nothing that is not an address, and names it", function()
	each([[
		1.2.3
		1.2.3.4.5
		256.1.1.1
		1.1.1.999
		1.1.1.1111
		01.2.3.4
		1.2.3.-4
		1..3.4
		.1.2.3.4
		1.2.3.4.
		a.b.c.d
		0x7f.0.0.1
		localhost
		%n%s.0.0.1
	]], function(text) T.err("'" .. text .. "' is not an IPv4 address", net.aton, text) end)
	T.err("'' is not an IPv4 address", net.aton, "")
	T.err("' 1.2.3.4' is not an IPv4 address", net.aton, " 1.2.3.4")
	T.err("'1.2.3.4\n' is not an IPv4 address", net.aton, "1.2.3.4\n")
	T.errfind("is not an IPv4 address", net.aton, "1.2.3.4\0")
	T.err("bad argument #1 to 'aton' (string expected, got nil)", net.aton)
	T.err("bad argument #1 to 'aton' (string expected, got number)", net.aton, 5)
end)

T.test("ntoa takes 32 bits, no more", function()
	for _, bad in ipairs({-1, 1 << 32, math.mininteger, math.maxinteger, "x", true}) do
		T.err("'" .. tostring(bad) .. "' is not an IPv4 address", net.ntoa, bad)
	end
	T.err("'nil' is not an IPv4 address", net.ntoa)
end)

T.test("aton6 reads all forms, ntoa6 writes the recommended one", function()
	each([[
		::			::
		::1			::1
		0:0:0:0:0:0:0:1		::1
		1::			1::
		2001:DB8::0007		2001:db8::7
		2001:db8:0:0:1:0:0:1	2001:db8::1:0:0:1
		2001:0:0:1:0:0:0:1	2001:0:0:1::1
		2001:db8:0:1:1:1:1:1	2001:db8:0:1:1:1:1:1
		2001:db8::1:1:1:1:1	2001:db8:0:1:1:1:1:1
		1:2:3:4:5:6:7::		1:2:3:4:5:6:7:0
		::2:3:4:5:6:7:8		0:2:3:4:5:6:7:8
		1:2:3:4:5:6:7:8		1:2:3:4:5:6:7:8
		0:0:1:2:3:4:0:0		::1:2:3:4:0:0
		::ffff:192.0.2.1	::ffff:192.0.2.1
		::ffff:c000:201		::ffff:192.0.2.1
		64:ff9b::192.0.2.33	64:ff9b::c000:221
		1:2:3:4:5:6:1.2.3.4	1:2:3:4:5:6:102:304
		fe80::1%2		fe80::1%2
		fe80::1%4294967295	fe80::1%4294967295
	]], function(text, canonical) T.eq(net.ntoa6(net.aton6(text)), canonical, text) end)
	T.eq(net.aton6("2001:db8::7"), "\x20\x01\x0d\xb8" .. ("\0"):rep(11) .. "\7")
	T.eq(net.aton6("::1%2"), ("\0"):rep(15) .. "\1" .. string.pack("=I4", 2))
	T.eq(net.ntoa6(net.aton6("::1") .. "\0\0\0\0"), "::1")
end)

T.test("any bytes come back", function()
	for _ = 1, 300 do
		local list = {}
		for i = 1, 8 do
			list[i] = linux.random(0, 2) == 0 and linux.random(0, 0xffff) or 0
		end
		local bytes = string.pack(">I2I2I2I2I2I2I2I2", table.unpack(list))
		T.eq(net.aton6(net.ntoa6(bytes)), bytes, net.ntoa6(bytes))
	end
end)

T.test("aton6 takes nothing that is not an address, and names it", function()
	each([[
		:
		:::
		1
		1:2:3:4:5:6:7
		1:2:3:4:5:6:7:8:9
		1:2:3:4:5:6:7:8::
		::1:2:3:4:5:6:7:8
		1::2::3
		12345::
		g::
		:1::
		1:::2
		::1:
		1.2.3.4
		::1.2.3
		::1.2.3.256
		::1.2.3.4:5
		1:2:3:4:5:6:7:1.2.3.4
		::1%
		::1%0
		::1%lo
		::1%4294967296
		::1%99999999999999999999
		::1%1%1
		%1
		[::1]
		::1/128
		-1::
	]], function(text) T.err("'" .. text .. "' is not an IPv6 address", net.aton6, text) end)
	T.err("'' is not an IPv6 address", net.aton6, "")
	T.errfind("is not an IPv6 address", net.aton6, "::1\0")
	T.err("bad argument #1 to 'aton6' (string expected, got boolean)", net.aton6, false)
	T.err("bad argument #1 to 'ntoa6' (16 or 20 bytes expected, got 15)", net.ntoa6, ("x"):rep(15))
	T.err("bad argument #1 to 'ntoa6' (string expected, got nil)", net.ntoa6)
end)

T.test("in softirq context, too", function()
	local text
	fire(function()
		text = net.ntoa(net.aton("10.0.0.1")) .. " " .. net.ntoa6(net.aton6("fe80::0:1"))
	end)
	T.eq(text, "10.0.0.1 fe80::1")
end)

return T.finish()
