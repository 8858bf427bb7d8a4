-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- dnsdoctor: a client is told another address than the server says, by a rule of iptables
--
--   $ sudo examples/dnsdoctor/setup.sh
--   $ dig +short lunatik.com
--   192.168.10.1
--   $ make -C examples/dnsdoctor && sudo make -C examples/dnsdoctor install
--   $ sudo lunatik run examples/dnsdoctor/dnsdoctor false
--   $ sudo iptables -t mangle -A PREROUTING -p udp --sport 53 -j dnsdoctor
--   $ dig +short lunatik.com
--   10.1.2.3
--   $ sudo iptables -t mangle -D PREROUTING -p udp --sport 53 -j dnsdoctor
--   $ sudo lunatik stop examples/dnsdoctor/dnsdoctor
--   $ sudo examples/dnsdoctor/cleanup.sh
--
-- Answers to one client about one name: their addresses (A) become another, and the
-- checksum is made right again. libxt_dnsdoctor.lua, which iptables loads, has options
-- that say which; what it hands over is packed as ">s4I4I4": the name, its labels with
-- their lengths in front; the client; the address.

local xtable = require("xtable")
local dns = require("dns")

local action = xtable.action

local UDP <const> = 17
local DNS <const> = 53
local HEADER <const> = 8 -- of UDP
local DESTINATION <const> = 16 -- in the header of IP

local rules = {} -- userargs -> what they say

-- "\7lunatik\3com" -> "lunatik.com"
local function dotted(name)
	local labels, at = {}, 1
	while at <= #name and name:byte(at) > 0 do
		labels[#labels + 1], at = string.unpack("s1", name, at)
	end
	return table.concat(labels, "."):lower()
end

local function parse(userargs)
	local name, client, address = string.unpack(">s4I4I4", userargs)
	return {name = dotted(name), client = client, address = string.pack(">I4", address)}
end

-- raises an error for arguments that are no such thing: the rule is refused
local function checkentry(userargs)
	rules[userargs] = parse(userargs)
end

-- others may have the same arguments: rule_of() parses them again
local function destroy(userargs)
	rules[userargs] = nil
end

local function rule_of(userargs)
	local rule = rules[userargs]
	if not rule then
		rule = parse(userargs)
		rules[userargs] = rule
	end
	return rule
end

local function is_answer(skb, client)
	local ip = skb:data("net")
	local udp, proto = skb:data("transport")
	if proto ~= UDP or #udp < HEADER or udp:getuint8(0) << 8 | udp:getuint8(1) ~= DNS then
		return nil
	end
	return string.unpack(">I4", ip:getstring(DESTINATION, 4)) == client and udp
end

local function dnsdoctor(skb, _, userargs)
	local rule = rule_of(userargs)
	local udp = is_answer(skb, rule.client)
	if not udp or dns.question(udp, HEADER) ~= rule.name then
		return action.CONTINUE
	end
	local rewritten = false
	for _, kind, _, at, length in dns.answers(udp, HEADER) do
		if kind == dns.type.A and length == #rule.address then
			udp:setstring(at, rule.address)
			rewritten = true
		end
	end
	if rewritten then
		skb:checksum()
	end
	return action.CONTINUE
end

xtable.target{
	name = "dnsdoctor",
	revision = 0,
	family = xtable.family.IPV4,
	proto = UDP,
	hooks = 1 << xtable.inet_hooks.PRE_ROUTING,
	target = dnsdoctor,
	checkentry = checkentry,
	destroy = destroy,
	skb = true,
}
