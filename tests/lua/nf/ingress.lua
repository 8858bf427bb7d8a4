-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Nothing comes in by t-b.

local nf = require("netfilter")

nf.register{pf = nf.family.NETDEV, hooknum = nf.netdev_hooks.INGRESS, priority = 0, dev = "t-b",
	hook = function() return nf.action.DROP end}
