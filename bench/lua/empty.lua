-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- An empty Lua function, entered many times.
require("bench.volley")(function() end)
