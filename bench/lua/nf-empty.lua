-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A hook of netfilter that accepts.
local nf = require("netfilter")
local ACCEPT <const> = 1

nf.register{pf = nf.family.IPV4, hooknum = nf.inet_hooks.LOCAL_OUT, priority = 0, hook = function()
	return ACCEPT
end}
