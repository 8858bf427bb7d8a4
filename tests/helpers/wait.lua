-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- wait_for(condition, tries): until it is true, asked every 10 ms, 1,000 times unless
-- said otherwise. Returns whether it is.

local linux = require("linux")

return function(condition, tries)
	for _ = 1, tries or 1000 do
		if condition() then
			return true
		end
		linux.schedule(10)
	end
	return false
end
