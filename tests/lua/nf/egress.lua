-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- IPv4 goes out by t-b only when it is shorter than 200 bytes; the frame is complete.

local nf = require("netfilter")

nf.register{pf = nf.family.NETDEV, hooknum = nf.netdev_hooks.EGRESS, priority = 0, dev = "t-b", skb = true,
	hook = function(p)
		local mac = p:data("mac")
		if mac:getuint8(12) ~= 8 or mac:getuint8(13) ~= 0 or #mac ~= #p + 14 or select(2, p:ifname()) ~= "t-b" then
			return nf.action.ACCEPT
		end
		return #p < 200 and nf.action.ACCEPT or nf.action.DROP
	end}
