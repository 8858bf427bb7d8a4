-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- nf_dnsdoctor: a client is told another address than the server says
--
--   $ sudo examples/dnsdoctor/setup.sh
--   $ dig +short lunatik.com
--   192.168.10.1
--   $ sudo lunatik run examples/dnsdoctor/nf_dnsdoctor false
--   $ dig +short lunatik.com
--   10.1.2.3
--   $ sudo lunatik stop examples/dnsdoctor/nf_dnsdoctor
--   $ sudo examples/dnsdoctor/cleanup.sh
--
-- Answers to one client about one name: their addresses (A) become another, and the
-- checksum is made right again.

local netfilter = require("netfilter")
local dns = require("dns")
local net = require("net")

local action, family = netfilter.action, netfilter.family

local NAME <const> = "lunatik.com"
local client = net.aton("10.1.1.2")
local address = string.pack(">I4", net.aton("10.1.2.3"))

local UDP <const> = 17
local DNS <const> = 53
local HEADER <const> = 8 -- of UDP
local DESTINATION <const> = 16 -- in the header of IP

local function is_answer(skb)
	local ip = skb:data("net")
	local udp, proto = skb:data("transport")
	if proto ~= UDP or #udp < HEADER or udp:getuint8(0) << 8 | udp:getuint8(1) ~= DNS then
		return nil
	end
	return string.unpack(">I4", ip:getstring(DESTINATION, 4)) == client and udp
end

local function dnsdoctor(skb)
	local udp = is_answer(skb)
	if not udp or dns.question(udp, HEADER) ~= NAME then
		return action.ACCEPT
	end
	local rewritten = false
	for _, kind, _, at, length in dns.answers(udp, HEADER) do
		if kind == dns.type.A and length == #address then
			udp:setstring(at, address)
			rewritten = true
		end
	end
	if rewritten then
		skb:checksum()
	end
	return action.ACCEPT
end

netfilter.register{
	hook = dnsdoctor,
	pf = family.IPV4,
	hooknum = netfilter.inet_hooks.PRE_ROUTING,
	priority = netfilter.ip_priority.MANGLE + 1,
	skb = true,
}
