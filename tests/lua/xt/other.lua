-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Match "ltest" for other hooks than that of rules.lua.

local xt = require("xtable")

local function nop() end

xt.match{name = "ltest", revision = 0, family = xt.family.UNSPEC, hooks = 1 << xt.inet_hooks.LOCAL_IN,
	match = nop, checkentry = nop, destroy = nop}
