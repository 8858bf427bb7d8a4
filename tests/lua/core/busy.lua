-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- The device, and a timer in softirq context that goes off while it is written to.
require("tests.core.device")
require("limits").fire("softirq", function() end, 400)
