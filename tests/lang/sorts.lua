-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.6: table.sort, with comparison functions of every quality.

local T = require "tests.lang.harness"
local test, eq, err = T.test, T.eq, T.err

local function sorted(t, lt)
	for i = 2, #t do
		if lt and lt(t[i], t[i - 1]) or not lt and t[i] < t[i - 1] then
			return false
		end
	end
	return true
end

-- A small generator of its own: the kernel's math library has none.
local seed = 12345
local function random(n)
	seed = (seed * 6364136223846793005 + 1442695040888963407) & math.maxinteger
	return (seed >> 33) % n + 1
end

test("small tables", function()
	for _, case in ipairs {
		{"", ""}, {"1", "1"}, {"2 1", "1 2"}, {"1 2", "1 2"}, {"3 1 2", "1 2 3"},
		{"3 2 1", "1 2 3"}, {"2 2 1", "1 2 2"}, {"5 3 5 1 4 1", "1 1 3 4 5 5"},
	} do
		local t = {}
		for n in case[1]:gmatch("%d+") do
			t[#t + 1] = tonumber(n)
		end
		table.sort(t)
		eq(table.concat(t, " "), case[2])
	end
	eq(select("#", table.sort({})), 0, "nothing is returned")
end)

test("strings, descending order, keys of records", function()
	local t = {"pear", "apple", "fig", "Fig", "banana", ""}
	table.sort(t)
	eq(table.concat(t, ","), ",Fig,apple,banana,fig,pear")
	table.sort(t, function(a, b) return a > b end)
	eq(table.concat(t, ","), "pear,fig,banana,apple,Fig,")
	local r = {{n = 3}, {n = 1}, {n = 2}}
	table.sort(r, function(a, b) return a.n < b.n end)
	eq(r[1].n .. r[2].n .. r[3].n, "123")
end)

test("orders that are hard for quicksort", function()
	for _, n in ipairs {10, 100, 101, 500, 1000} do
		local up, down, same, organ, rand = {}, {}, {}, {}, {}
		for i = 1, n do
			up[i], down[i], same[i] = i, n - i, 7
			organ[i] = i < n // 2 and i or n - i
			rand[i] = random(n)
		end
		for _, t in ipairs {up, down, same, organ, rand} do
			table.sort(t)
			T.ok(sorted(t), "size " .. n)
		end
	end
end)

test("the elements stay the same", function()
	local t, count = {}, {}
	for i = 1, 300 do
		t[i] = random(20)
		count[t[i]] = (count[t[i]] or 0) + 1
	end
	table.sort(t, function(a, b) return a > b end)
	for i = 1, 300 do
		count[t[i]] = count[t[i]] - 1
	end
	for _, c in pairs(count) do
		eq(c, 0)
	end
end)

test("extreme integers", function()
	local t = {math.maxinteger, 0, math.mininteger, -1, 1}
	table.sort(t)
	eq(t[1], math.mininteger)
	eq(t[5], math.maxinteger)
	eq(table.concat(t, " ", 2, 4), "-1 0 1")
end)

test("elements that cannot be compared", function()
	err("attempt to compare number with nil", table.sort, {1, 2, 3},
		function() return 1 < nil end)
	err("attempt to compare two table values", table.sort, {{}, {}, {}})
	local ok, msg = pcall(table.sort, {1, "x", 2})
	eq(ok, false)
	T.ok(msg:find("attempt to compare", 1, true), msg)
	ok = pcall(table.sort, {true, false})
	eq(ok, false)
end)

test("an invalid order function never harms, and may be noticed", function()
	local t = {}
	local function fill(n)
		for i = 1, n do
			t[i] = random(n)
		end
	end
	for _, lt in ipairs {
		function() return true end,
		function() return random(2) == 1 end,
		function(a, b) return a <= b end,
		function(a, b) return a ~= b end,
	} do
		for _, n in ipairs {3, 10, 60, 150} do
			t = {}
			fill(n)
			local ok, msg = pcall(table.sort, t, lt)
			T.ok(ok or T.bare(msg) == "invalid order function for sorting"
				or msg:find("attempt to compare", 1, true), tostring(msg))
			eq(#t, n)
		end
	end
	local ok, msg = pcall(table.sort, {1, 2, 3, 4, 5}, function() return true end)
	T.ok(not ok and T.bare(msg):find("invalid order function", 1, true), tostring(msg))
end)

test("the comparison sees only elements", function()
	local t, bad = {}, 0
	for i = 1, 200 do
		t[i] = random(50)
	end
	table.sort(t, function(a, b)
		if type(a) ~= "number" or type(b) ~= "number" then
			bad = bad + 1
		end
		return a < b
	end)
	eq(bad, 0)
end)

test("errors in the comparison pass through", function()
	err("in comparison", table.sort, {3, 2, 1}, function() error("in comparison", 0) end)
	local n = 0
	pcall(table.sort, {5, 4, 3, 2, 1}, function(a, b)
		n = n + 1
		if n == 3 then error("stop") end
		return a < b
	end)
	eq(n, 3)
end)

test("the table may change under the sort without harm", function()
	local t = {}
	for i = 1, 50 do
		t[i] = 51 - i
	end
	local ok, msg = pcall(table.sort, t, function(a, b)
		t[#t + 1] = nil
		t[60] = 5
		return a < b
	end)
	T.ok(ok or type(msg) == "string")
	local u = {}
	for i = 1, 30 do
		u[i] = 31 - i
	end
	ok, msg = pcall(table.sort, u, function(a, b)
		for i = 1, 30 do u[i] = nil end
		return a < b
	end)
	T.ok(ok or type(msg) == "string")
end)

test("metamethods", function()
	local mt = {__lt = function(a, b) return a.v < b.v end}
	local t = {}
	for i = 1, 20 do
		t[i] = setmetatable({v = random(100)}, mt)
	end
	table.sort(t)
	T.ok(sorted(t, function(a, b) return a.v < b.v end))
	local data = {3, 1, 2}
	local proxy = setmetatable({}, {__len = function() return #data end,
		__index = function(_, k) return data[k] end,
		__newindex = function(_, k, v) data[k] = v end})
	table.sort(proxy)
	eq(table.concat(data, " "), "1 2 3")
end)

test("arguments", function()
	err("bad argument #1 to 'table.sort' (table expected, got no value)", table.sort)
	err("bad argument #1 to 'table.sort' (table expected, got number)", table.sort, 5)
	err("bad argument #2 to 'table.sort' (function expected, got number)",
		table.sort, {1, 2}, 5)
	err("bad argument #2 to 'table.sort' (function expected, got table)",
		table.sort, {1, 2}, {})
	err("bad argument #1 to 'table.sort' (array too big)", table.sort,
		setmetatable({}, {__len = function() return math.maxinteger end}))
	err("object length is not an integer", table.sort,
		setmetatable({}, {__len = function() return {} end}))
	eq(pcall(table.sort, {}, 5), true, "not looked at for one element or none")
	table.sort({3, 1}, nil)
	table.sort(setmetatable({}, {__len = function() return -5 end}))
end)

test("a nil among the elements", function()
	local ok, msg = pcall(table.sort, {3, 1, nil, 2})
	T.ok(ok or msg:find("attempt to compare", 1, true), tostring(msg))
	ok, msg = pcall(table.sort, setmetatable({}, {__len = function() return 3 end}))
	eq(ok, false)
	eq(T.bare(msg), "attempt to compare two nil values")
end)

test("comparison functions in C and callable objects", function()
	local t = {"b", "A", "c"}
	err("bad argument #2 to 'table.sort' (function expected, got table)", table.sort, t,
		setmetatable({}, {__call = function(_, a, b) return a < b end}))
	local u = {5, 3, 4}
	table.sort(u, math.ult)
	eq(table.concat(u, " "), "3 4 5")
	local v = {-1, 1, 0}
	table.sort(v, math.ult)
	eq(table.concat(v, " "), "0 1 -1")
end)

return T.finish()
