-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Match "ltest", in a script that takes a second to load.

local xt = require("xtable")
local linux = require("linux")

local function nop() end

xt.match{name = "ltest", revision = 0, family = xt.family.UNSPEC, hooks = 0, match = nop, destroy = nop,
	checkentry = function(userargs) print("xt: late check " .. string.unpack("z", userargs)) end}
print("xt: loading")
linux.schedule(1000)
