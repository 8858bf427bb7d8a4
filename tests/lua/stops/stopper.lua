-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Stops the thread that it was given.

return function(victim, done)
	return function()
		victim:stop()
		done:complete()
	end
end
