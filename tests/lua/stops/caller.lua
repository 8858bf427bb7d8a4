-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Resumes the runtime that it was given.

return function(runtime, go)
	return function()
		go:wait(10000)
		runtime:resume()
	end
end
