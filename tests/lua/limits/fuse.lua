-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- The script of a runtime that has one case of cases.lua called once in another
-- context. The note says which, "context number ms", and afterwards what it is:
-- "how name". Number 0 asks how many there are.

local limits = require("limits")
local cases = require("tests.limits.cases")

local context, number, ms = limits.note():match("^(%l+) (%d+) (%d+)$")
local case = cases[math.tointeger(tonumber(number))]
if case then
	limits.note(case.how .. " " .. case.name)
	limits.fire(context, case.fn, math.tointeger(tonumber(ms)))
else
	limits.note(tostring(#cases))
end
