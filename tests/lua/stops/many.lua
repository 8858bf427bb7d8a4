-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script that returns the same string many times.

return function()
	local text, all = ("x"):rep(1 << 20), {}
	for i = 1, 4000 do
		all[i] = text
	end
	return table.unpack(all)
end
