-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- For suite soak: datagrams to port 9 are written to and let through, those to port 10
-- dropped. What it did is counted where its next life finds it.

local lunatik = require("lunatik")
local nf = require("netfilter")

local seen = lunatik._ENV["soak"]
local DROPPED <const>, PASSED <const> = 0, 8

local function count(what)
	seen:setint64(what, seen:getint64(what) + 1)
end

local function hook(p)
	local udp, proto = p:data("transport")
	if proto ~= 17 or #udp < 12 then
		return nf.action.ACCEPT
	end
	local port = udp:getuint16(2)
	port = port >> 8 | (port & 0xff) << 8
	if port == 10 then
		count(DROPPED)
		return nf.action.DROP
	elseif port == 9 then
		udp:setuint8(8, ~udp:getuint8(8))
		p:checksum()
		count(PASSED)
	end
	return nf.action.ACCEPT
end

nf.register{pf = nf.family.INET, hooknum = nf.inet_hooks.PRE_ROUTING, priority = 0, markmode = "nonzero",
	skb = true, hook = hook}
