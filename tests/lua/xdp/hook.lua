-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- For the suite "xdp": does what the byte after a frame's header says.

local xdp = require("xdp")
local data = require("data")

local action = xdp.action
local kept, calls = {}, 0

-- do all accesses at and around the ends of a buffer raise "out of bounds"?
local function bounds(buffer)
	local size, all = #buffer, true
	local function no(...)
		local ok, message = pcall(...)
		all = all and not ok and message:find("out of bounds", 1, true)
	end
	for _, power in ipairs{0, 3, 6, 8, 15, 16, 31, 32, 62} do
		for offset = (1 << power) - 1, (1 << power) + 1 do
			if offset >= size then
				no(buffer.getuint8, buffer, offset)
				no(buffer.setint64, buffer, offset, -1)
				no(buffer.getstring, buffer, 0, offset + 1)
			end
			no(buffer.getuint8, buffer, -offset - 1)
		end
	end
	for _, at in ipairs{math.mininteger, math.maxinteger, size, size - 1, size - 2, size - 3} do
		no(buffer.getuint32, buffer, at)
		no(buffer.getstring, buffer, at, math.maxinteger)
	end
	no(buffer.setstring, buffer, size - 1, "ab")
	return all
end

local function stale(view)
	return #view == 0 and not pcall(view.getuint8, view, 0) and not pcall(view.setuint8, view, 0, 1)
end

local answers = {
	[0] = function() return action.PASS end,
	function() return action.DROP end,
	function() return 0x7fffffff end,
	function() return 0x80000000 end,
	function() return -0x80000001 end,
	function() end,
	function() return "2" end,
	function() return {} end,
	function() error("on purpose") end,
	function() while true do end end,
	function(buffer) return #buffer end,
	function(_, argument) return argument:getint64(0) == 0x0807060504030201 and #argument or 0 end,
	function(buffer) buffer:setstring(0, "lunatik") return action.TX end,
	function(_, argument) argument:setuint8(7, 77) return action.PASS end,
	function(buffer, argument) return bounds(buffer) and bounds(argument) and 1 or 2 end,
	function(buffer, argument)
		kept[1], kept[2] = buffer, argument
		kept[3] = coroutine.wrap(function() coroutine.yield() return stale(buffer) and stale(argument) end)
		kept[3]()
		return action.PASS
	end,
	function() return 1000000 end,
	function() return ("x"):rep(1 << 30) end,
	function() xdp.attach(function() return 55 end) return 54 end,
	function() xdp.detach() return 53 end,
	function() return pcall(data.new, 16) and 1 or 2 end,
	function() calls = calls + 1 return calls end,
	function(_, argument) return #argument end,
	function() local t = {} for i = 1, 10000 do t[i] = {i} end return #t end,
	function(buffer) return #buffer > 200 and 1 or 2 end,
	function() return xdp.action.ABORTED end,
}

-- between two events: what the last one kept
local function check()
	return stale(kept[1]) and stale(kept[2]) and kept[3]()
end

xdp.attach(function(buffer, argument)
	return answers[buffer:getuint8(14)](buffer, argument)
end)

return check
