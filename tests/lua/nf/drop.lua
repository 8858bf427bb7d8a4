-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- ICMP and ICMPv6 do not come in, in the namespace of who runs this.

local nf = require("netfilter")

nf.register{pf = nf.family.INET, hooknum = nf.inet_hooks.LOCAL_IN, priority = 0, skb = true, hook = function(p)
	local _, proto = p:data("transport")
	return (proto == 1 or proto == 58) and nf.action.DROP or nf.action.ACCEPT
end}
