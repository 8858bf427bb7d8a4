-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- What bench/guest asks for, measured from a client's chunk. All times are medians
-- of three, in nanoseconds of the guest.

local bench = require("bench")
local linux = require("linux")
local lunatik = require("lunatik")

local measure = {}

local function median(f)
	local values = {f(), f(), f()}
	table.sort(values)
	return values[2]
end

-- ns of one call of lunatik_call() into the runtime of bench/<what>
local function volley(what, sleep)
	local before = bench.newest().number
	local runtime = lunatik.runtime("bench/" .. what, sleep)
	local result
	repeat
		linux.schedule(50)
		result = bench.newest()
	until result.number ~= before
	runtime:stop()
	assert(result.failed == 0, "calls that failed: " .. result.failed .. ", errno " .. result.err)
	return result.ns // result.calls
end

function measure.entry(what, sleep)
	return median(function() return volley(what, sleep) end)
end

-- the mean of twenty, since a worker has to be woken in each
function measure.create(sleep)
	return median(function()
		local total = 0
		for _ = 1, 20 do
			local start = linux.time()
			local runtime = lunatik.runtime("bench/idle", sleep)
			total = total + linux.time() - start
			runtime:stop()
		end
		return total // 20
	end)
end

function measure.stop()
	return median(function()
		local total = 0
		for _ = 1, 20 do
			local runtime = lunatik.runtime("bench/idle", false)
			local start = linux.time()
			runtime:stop()
			total = total + linux.time() - start
		end
		return total // 20
	end)
end

local held

-- starts n idle runtimes, or stops them again
function measure.hold(n)
	held = {}
	for i = 1, n do held[i] = lunatik.runtime("bench/idle") end
end

function measure.drop()
	for _, runtime in ipairs(held) do runtime:stop() end
	held = nil
end

return measure
