-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script that fails after it has registered what it wanted.

require("device").new({name = "lunatik_fails", read = function() end})
error("not today")
