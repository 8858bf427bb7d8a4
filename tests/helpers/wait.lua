-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- wait_for(condition): until it is true, for ten seconds. Returns whether it is.

local linux = require("linux")

return function(condition)
	for _ = 1, 1000 do
		if condition() then
			return true
		end
		linux.schedule(10)
	end
	return false
end
