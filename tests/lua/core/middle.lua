-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A runtime that has one with a device; it keeps the handle itself.
local inner = require("lunatik").runtime("tests/core/device")
return function() return inner end
