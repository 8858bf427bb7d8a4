-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Makes one string of the size that the note says.
local limits = require("limits")
local s = ("x"):rep(math.tointeger(tonumber(limits.note())))
limits.note(#s .. " bytes")
