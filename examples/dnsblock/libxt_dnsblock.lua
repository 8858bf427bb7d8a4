-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- libxt_dnsblock: what iptables loads for "-m dnsblock". See dnsblock.lua.

local luaxt = require("luaxt")

luaxt.match{
	revision = 0,
	family = luaxt.family.UNSPEC,
	help = function()
		print("dnsblock match options: none. DNS questions for names that dnsblock.lua lists")
	end,
}
