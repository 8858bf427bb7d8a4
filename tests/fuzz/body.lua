-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- The body of a thread for the fuzzer to have. It ends soon: nobody may stop it.

local linux = require("linux")
local thread = require("thread")

return function()
	for _ = 1, 10 do
		if thread.shouldstop() then
			return
		end
		linux.schedule(2)
	end
end
