-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A runtime that has one that has one with a device.
local middle = require("lunatik").runtime("tests/core/middle")
return function() return middle end
