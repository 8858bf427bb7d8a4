-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A device that does on each write what the text says, and answers each read.

local device = require("device")
local linux = require("linux")

local driver = {name = "core_test"}

local orders = {
	fail = function() error("told to fail") end,
	spin = function()	-- for 300 ms, owning the runtime
		local start = linux.time()
		while linux.time() - start < 300000000 do end
	end,
	sleep = function() linux.schedule() end,
	ever = function() while true do pcall(function() while true do end end) end end,
}

function driver:open() end -- luacheck: no self

function driver:release() end -- luacheck: no self

function driver:read() -- luacheck: no self
	return "x"
end

function driver:write(text) -- luacheck: no self
	local order = orders[text:match("%l+")]
	if order then
		order()
	end
	return #text
end

device.new(driver)
