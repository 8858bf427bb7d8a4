-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script with all that a runtime can have: libraries, a device, memory of every
-- size, coroutines, garbage with finalisers.

local device = require("device")
local linux = require("linux")

device.new({name = "lunatik_stress", mode = linux.stat.IRUSR, read = function() return "x" end})
local large = {("x"):rep(100000), ("y"):rep(700), {}, coroutine.create(function() end)}
for i = 1, 100 do
	setmetatable({}, {__gc = function() large[i] = i end})
end

return large
