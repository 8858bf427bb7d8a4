-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- fire(fn [, "hardirq"]): calls fn once from a timer and returns what came of it
-- (shot:result()). An event that found the runtime busy is tried again.

local linux = require("linux")
local test = require("test")

return function(fn, how)
	for _ = 1, 200 do
		local shot <close> = test[how or "softirq"](fn, 5)
		local result
		repeat
			linux.schedule(2)
			result = shot:result()
		until result
		if result.err ~= -linux.errno.BUSY then
			return result
		end
	end
	error("the runtime is always busy")
end
