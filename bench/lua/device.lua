-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A character device that has nothing to say.

local function nop() end

require("device").new({name = "lunatik_bench", open = nop, release = nop, read = nop})
