-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Has a timer that goes off in a minute, and one that does at once and is busy
-- for ever, in process context.
local limits = require("limits")
limits.fire("softirq", function() end, 60000)
limits.fire("process", function() while true do pcall(function() while true do end end) end end, 20)
