-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- The table that all runtimes share: get and set.
local env = require("lunatik")._ENV
return function(key, ...)
	if select("#", ...) > 0 then
		env[key] = (...)
	end
	return env[key]
end
