-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Calls made from bottom halves: the note says how many, of what: "error 1000".

local bench = require("bench")
local limits = require("limits")

local functions = {
	error = function() error("as bad as ever") end,
	endless = function() while true do end end,
	empty = function() end,
	tenthousand = function()
		local t = {}
		for i = 1, 10000 do t[i] = i end
		assert(#t == 10000)
	end,
}

local what, n = limits.note():match("^(%l+) (%d+)$")
bench.volley(functions[what], math.tointeger(tonumber(n)), 100)
