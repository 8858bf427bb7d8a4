-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Adds a number to what is in the memory that it is given, once a call.
require("data")
return function(sum, n)
	sum:setint64(0, sum:getint64(0) + n)
end
