-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Waits until it is asked to end.

local completion, thread = require("completion"), require("thread")
return function(running)
	return function()
		running:complete()
		while not thread.shouldstop() do
			completion.new():wait(100)
		end
	end
end
