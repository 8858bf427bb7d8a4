-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script for hooks of netfilter, in a runtime that never sleeps: what it does is
-- Lua text that the suite left in lunatik._ENV; `out` is memory that both have.
-- See packets.lua.

local env = require("lunatik")._ENV
local source, out = env["packets.source"], env["packets.out"]

local chunk = assert(load(source:getstring(0), "=hook"))
return chunk(require("netfilter"), out)
