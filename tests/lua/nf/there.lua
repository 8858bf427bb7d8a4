-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- The same in a namespace that has a name.

local nf = require("netfilter")

nf.register{pf = nf.family.INET, hooknum = nf.inet_hooks.LOCAL_IN, priority = 0, netns = "/run/netns/t-there",
	hook = function() return nf.action.DROP end}
