-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- What another runtime can do with a counter of skel: skel.lua runs it.

return function(counter)
	local fired = counter:count()
	return fired, counter:stop()
end
