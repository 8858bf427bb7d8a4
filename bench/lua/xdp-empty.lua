-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Says XDP_PASS to the programs that ask.
local xdp = require("xdp")
local PASS <const> = xdp.action.PASS

xdp.attach(function()
	return PASS
end)
