-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Overruns its budget once, in softirq context.
require("limits").fire("softirq", function() while true do end end, 50)
