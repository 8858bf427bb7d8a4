-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A bridge takes what is for itself, and says STOP: no hook behind this one is asked.

local nf = require("netfilter")

nf.register{pf = nf.family.BRIDGE, hooknum = nf.bridge_hooks.LOCAL_IN, priority = nf.bridge_priority.FILTER_BRIDGED,
	hook = function() return nf.action.STOP end}
