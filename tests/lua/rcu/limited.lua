-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Fills a table up to the limit of this runtime, and goes on.

local rcu = require("rcu")

local function set(t, k, v) t[k] = v end

local function fill(t)
	local n = 0
	while true do
		local ok, message = pcall(set, t, "k" .. n, n)
		if not ok then
			assert(message:find("not enough memory", 1, true), message)
			return n
		end
		n = n + 1
	end
end

local t = rcu.table(16)
local n = fill(t)
assert(n > 10000, n)
for i = 0, n - 1 do
	assert(t["k" .. i] == i)
end
assert(not pcall(rcu.table, 1 << 20), "a table that does not fit")
for i = 0, n - 1 do
	t["k" .. i] = nil
end
assert(fill(t) > n / 2)
t = nil
collectgarbage()

-- what was replaced goes in time, however fast
local other = rcu.table(1)
local text = ("x"):rep(20000)
for i = 1, 3000 do
	other.key = text .. i
end
assert(#other.key == 20004)

-- and what was dropped
for _ = 1, 200 do
	local dropped = rcu.table(1024)
	dropped.key = text
end
