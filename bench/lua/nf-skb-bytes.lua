-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A hook that reads three bytes of the header, by way of an skb.
local nf = require("netfilter")
local ACCEPT <const> = 1
local sum = 0

nf.register{pf = nf.family.IPV4, hooknum = nf.inet_hooks.LOCAL_OUT, priority = 0, skb = true, hook = function(p)
	local ip = p:data("net")
	sum = sum + ip:getuint8(0) + ip:getuint8(8) + ip:getuint8(9)
	return ACCEPT
end}
