-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Resumes the runtime that it is given, with what comes behind, itself included;
-- what happens there is its result.
local lunatik = require("lunatik")
assert(lunatik)
return function(rt, ...)
	local results = table.pack(pcall(rt.resume, rt, ...))
	if results[1] then
		return true, results[2]
	end
	return false, tostring(results[2])
end
