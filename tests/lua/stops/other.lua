-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Stops another thread, and says so whatever comes of it.

return function(threads, name, go, over)
	return function()
		go:wait(10000)
		local _ <close> = setmetatable({}, {__close = function() over:complete() end})
		threads[name]:stop()
	end
end
