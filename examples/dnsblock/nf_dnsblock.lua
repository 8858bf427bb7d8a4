-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- nf_dnsblock: questions for some names do not leave this machine
--
--   $ sudo lunatik run examples/dnsblock/nf_dnsblock false
--   $ dig github.com                 (times out)
--   $ sudo dmesg | tail -n 1
--   DNS query for github.com blocked
--   $ sudo lunatik stop examples/dnsblock/nf_dnsblock
--
-- It works in the network namespace of the command that runs it. Names that contain
-- one of the list are blocked, www.github.com as well. Over UDP at port 53 only.

local netfilter = require("netfilter")
local dns = require("dns")

local action, family = netfilter.action, netfilter.family

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

local function dnsblock(skb)
	local udp, proto = skb:data("transport")
	if proto ~= UDP or #udp < HEADER or udp:getuint8(2) << 8 | udp:getuint8(3) ~= DNS then
		return action.ACCEPT
	end
	local name = dns.question(udp, HEADER)
	if name and is_blocked(name) then
		print(("DNS query for %s blocked"):format(name))
		return action.DROP
	end
	return action.ACCEPT
end

netfilter.register{
	hook = dnsblock,
	pf = family.INET,
	hooknum = netfilter.inet_hooks.LOCAL_OUT,
	priority = netfilter.ip_priority.FILTER,
	markmode = "nonzero", -- marked packets, too
	skb = true,
}
