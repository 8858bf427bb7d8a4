-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- dnsblock: questions for some names do not leave this machine, by a rule of iptables
--
--   $ make -C examples/dnsblock && sudo make -C examples/dnsblock install
--   $ sudo lunatik run examples/dnsblock/dnsblock false
--   $ sudo iptables -A OUTPUT -m dnsblock -j DROP
--   $ dig github.com                 (times out)
--   $ sudo iptables -D OUTPUT -m dnsblock -j DROP
--   $ sudo lunatik stop examples/dnsblock/dnsblock
--
-- ip6tables as well. Names that contain one of the list are blocked, www.github.com as
-- well. Over UDP at port 53 only. libxt_dnsblock.lua is what iptables loads.

local xtable = require("xtable")
local dns = require("dns")

-- patterns: a dot stands for any character
local blocked = {"github.com", "gitlab.com"}

local UDP <const> = 17
local DNS <const> = 53
local HEADER <const> = 8 -- of UDP

local function is_blocked(name)
	for _, pattern in ipairs(blocked) do
		if name:find(pattern) then
			return true
		end
	end
	return false
end

local function match(skb)
	local udp, proto = skb:data("transport")
	if proto ~= UDP or #udp < HEADER or udp:getuint8(2) << 8 | udp:getuint8(3) ~= DNS then
		return false
	end
	local name = dns.question(udp, HEADER)
	return name ~= nil and is_blocked(name)
end

local function nop() end

xtable.match{
	name = "dnsblock",
	revision = 0,
	family = xtable.family.UNSPEC,
	proto = 0,
	hooks = 1 << xtable.inet_hooks.LOCAL_OUT,
	match = match,
	checkentry = nop,
	destroy = nop,
	skb = true,
}
