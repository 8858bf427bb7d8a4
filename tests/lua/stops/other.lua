-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Stops another thread, and says so whatever comes of it.

return function(threads, name, begun, go, over)
	return function()
		local _ <close> = setmetatable({}, {__close = function() over:complete() end})
		begun:complete()
		go:wait(10000)
		threads[name]:stop()
	end
end
