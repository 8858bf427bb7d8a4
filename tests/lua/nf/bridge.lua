-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A bridge hands on no IPv4 packets of 200 bytes and more, and tells where others went.

local nf = require("netfilter")

nf.register{pf = nf.family.BRIDGE, hooknum = nf.bridge_hooks.FORWARD, priority = nf.bridge_priority.FILTER_BRIDGED,
	skb = true, hook = function(p)
		local from, to = p:ifname()
		if p:protocol() == 0x0800 then
			print("tests: bridge", from, to, #p)
		end
		return p:protocol() == 0x0800 and #p >= 200 and nf.action.DROP or nf.action.ACCEPT
	end}
