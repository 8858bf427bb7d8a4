-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script that never ends, and does what it can to go on.
while true do
	pcall(function()
		local x <close> = setmetatable({}, {__close = function() while true do end end})
		while x do end
	end)
end
