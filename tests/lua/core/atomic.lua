-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Says in its error what the library has for a runtime that never sleeps.
local names = {}
for name in pairs(require("lunatik")) do
	names[#names + 1] = name
end
table.sort(names)
error("library: " .. table.concat(names, " "), 0)
