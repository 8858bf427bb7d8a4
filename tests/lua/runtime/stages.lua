-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A function that returns a function, that returns a function: each is the next
-- entry function.
return function(first)
	return function(second)
		return function(third) return first, second, third end
	end
end
