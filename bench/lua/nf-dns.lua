-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A hook that drops the questions for 10,000 names.
local nf = require("netfilter")
local dns = require("dns")
local ACCEPT <const>, DROP <const> = 1, 0
local listed = {}

for i = 0, 9999 do
	listed[("host%d.example.com"):format(i)] = true
end

nf.register{pf = nf.family.IPV4, hooknum = nf.inet_hooks.LOCAL_OUT, priority = 0, skb = true, hook = function(p)
	local udp, proto = p:data("transport")
	if proto ~= 17 or udp:getuint8(2) ~= 0 or udp:getuint8(3) ~= 53 then
		return ACCEPT
	end
	return listed[dns.question(udp, 8)] and DROP or ACCEPT
end}
