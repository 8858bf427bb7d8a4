-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Runs until it is stopped.
local linux = require("linux")
local thread = require("thread")
return function()
	while not thread.shouldstop() do
		linux.schedule(1000)
	end
end
