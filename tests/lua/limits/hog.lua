-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script that allocates without end, and does what it can to go on.
local t
while true do
	pcall(function()
		while true do
			t = {t, ("x"):rep(100) .. tostring(t)}
		end
	end)
end
