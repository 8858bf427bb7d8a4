-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- many(n, sleep): makes n runtimes, resumes each twice, stops them all; says how long
-- that took and what one takes, or raises an error.

local data = require("data")
local linux = require("linux")
local lunatik = require("lunatik")

local function clock()
	local start = linux.time()
	return function(n)
		local now = linux.time()
		local each = linux.difftime(now, start) // 1000 // n
		start = now
		return each
	end
end

return function(n, sleep)
	local runtimes, sum, elapsed = {}, data.new(8), clock()
	for i = 1, n do
		runtimes[i] = lunatik.runtime("tests/runtimes/one", sleep)
	end
	local made = elapsed(n)
	for round = 1, 2 do
		for i, runtime in ipairs(runtimes) do
			assert(runtime:resume(sum, i) == round)
		end
	end
	local resumed = elapsed(2 * n)
	assert(sum:getint64(0) == n * (n + 1))
	for _, runtime in ipairs(runtimes) do
		runtime:stop()
	end
	return ("%d runtimes: made in %d us each, resumed in %d, stopped in %d"):format(n, made, resumed, elapsed(n))
end
