-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Raises what it is told to.
return function(what, ...)
	if what == "table" then
		error({})
	elseif what == "nil" then
		error(nil)
	elseif what == "level" then
		error(..., 0)
	end
	error(what)
end
