-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Reads three bytes of the frame.
local xdp = require("xdp")
local PASS <const> = xdp.action.PASS
local sum = 0

xdp.attach(function(p)
	sum = sum + p:getuint8(14) + p:getuint8(22) + p:getuint8(23)
	return PASS
end)
