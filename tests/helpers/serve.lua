-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- serve(name): makes /dev/<name>-test. The first read of it runs the suite
-- tests/<name>.lua, in the reader's context, once this script has been loaded:
-- before, timers and other events are turned away. What is read is the KTAP text
-- that the suite returns.

local device = require("device")

local function nop() end

return function(name)
	local text
	device.new({name = name .. "-test", open = nop, release = nop, read = function(_, len, off)
		text = text or require("tests/" .. name) .. "\n"
		return text:sub(off + 1, off + len)
	end})
end
