-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- A probe that fires while its script still loads, and goes on when it has. Reading
-- /dev/t-early tells whether all was as it should be.

local device = require("device")
local linux = require("linux")
local probe = require("probe")

local calls, loading, early = 0, true, 0

probe.new("__x64_sys_getppid", {pre = function()
	calls = calls + 1
	early = loading and early + 1 or early
end})
linux.schedule(200) -- others may come in now; this script is not ready for them

local function nop() end

device.new{name = "t-early", open = nop, release = nop, read = function(_, length, offset)
	local text = ("early %d, later %s\n"):format(early, calls > 0)
	return text:sub(offset + 1, offset + length)
end}

loading = false
