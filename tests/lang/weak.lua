-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 2.5.4: weak tables and ephemerons.

local T = require "tests.lang.harness"
local test, eq = T.test, T.eq

local function count(t)
	local n = 0
	for _ in pairs(t) do
		n = n + 1
	end
	return n
end

-- Fill from inside a function of its own, so that no temporary stays.
local function filled(mode, fill)
	local t = setmetatable({}, {__mode = mode})
	fill(t)
	collectgarbage()
	return t
end

test("weak values", function()
	local keep = {}
	local t = filled("v", function(t)
		t.a, t.b, t.c = {}, keep, {}
		t[1], t[2] = {}, keep
	end)
	eq(t.a, nil)
	eq(t.b, keep)
	eq(t.c, nil)
	eq(t[1], nil)
	eq(t[2], keep)
	eq(count(t), 2)
end)

test("weak keys", function()
	local keep = {}
	local t = filled("k", function(t)
		t[{}], t[keep], t[{}] = 1, 2, 3
		t.name, t[5] = 4, 5
	end)
	eq(count(t), 3)
	eq(t[keep], 2)
	eq(t.name, 4)
	eq(t[5], 5)
end)

test("weak keys and values", function()
	local k, v = {}, {}
	local t = filled("kv", function(t)
		t[k], t[{}], t[v] = v, v, {}
	end)
	eq(count(t), 1)
	eq(t[k], v)
	t = filled("vk", function(u) u[1] = {} end)
	eq(count(t), 0)
end)

test("only objects are removed", function()
	local t = filled("kv", function(t)
		t[1], t.x, t[true] = "string", 5, false
		t["long" .. ("g"):rep(100)] = ("h"):rep(100)
		t[2] = print
	end)
	eq(count(t), 5, "strings are values, not objects")
	t = filled("v", function(u)
		u[1] = function() return u end
		u[2] = coroutine.create(print)
		u[3] = {}
	end)
	eq(count(t), 0)
end)

test("a strong table keeps everything", function()
	local t = filled("", function(u) u[1], u[{}] = {}, 1 end)
	eq(count(t), 2)
	t = filled(nil, function(u) u[1], u[{}] = {}, 1 end)
	eq(count(t), 2)
	t = filled("x", function(u) u[1], u[{}] = {}, 1 end)
	eq(count(t), 2)
end)

test("__mode must be a string when the collector looks", function()
	local t = filled(5, function(u) u[1] = {} end)
	eq(count(t), 1)
	getmetatable(t).__mode = "v"
	collectgarbage()
	eq(count(t), 0)
end)

test("ephemeron: a value that refers to its own key", function()
	local t = filled("k", function(t)
		for i = 1, 10 do
			local k = {}
			t[k] = {k, i}
		end
	end)
	eq(count(t), 0)
end)

test("ephemeron: chains through several keys", function()
	local head = {}
	local t = filled("k", function(t)
		local k = head
		for _ = 1, 10 do
			local nk = {}
			t[k] = nk
			k = nk
		end
		local dead = {}
		for _ = 1, 10 do
			local nk = {}
			t[dead] = nk
			dead = nk
		end
	end)
	eq(count(t), 10, "the reachable chain stays, the other goes")
	local n, k = 0, head
	while t[k] do
		k = t[k]
		n = n + 1
	end
	eq(n, 10)
	k, head = nil, nil
	collectgarbage()
	eq(count(t), 0)
end)

test("ephemerons across two tables", function()
	local a = setmetatable({}, {__mode = "k"})
	local b = setmetatable({}, {__mode = "k"})
	local root = {}
	local function fill()
		local x = {}
		a[root] = x
		b[x] = "found"
		local y = {}
		a[y] = y
		b[y] = y
	end
	fill()
	collectgarbage()
	eq(count(a), 1)
	eq(count(b), 1)
	eq(b[a[root]], "found")
end)

test("values go before finalisers run, keys after", function()
	local seenvalue, seenkey
	local wv = setmetatable({}, {__mode = "v"})
	local wk = setmetatable({}, {__mode = "k"})
	local function fill()
		local o = setmetatable({}, {__gc = function(o)
			seenvalue, seenkey = wv[1], wk[o]
		end})
		wv[1], wk[o] = o, "data"
	end
	fill()
	collectgarbage()
	eq(seenvalue, nil, "the weak value is gone in the finaliser")
	eq(seenkey, "data", "the weak key is still there")
	collectgarbage()
	eq(count(wk), 0)
end)

test("a resurrected object stays out of weak values", function()
	local saved
	local wv = setmetatable({}, {__mode = "v"})
	local function fill()
		wv[1] = setmetatable({}, {__gc = function(o) saved = o end})
	end
	fill()
	collectgarbage()
	eq(type(saved), "table")
	eq(wv[1], nil)
end)

test("a cache with weak values refills", function()
	local made = 0
	local cache = setmetatable({}, {__mode = "v"})
	local function get(n)
		local v = cache[n]
		if not v then
			made = made + 1
			v = {n}
			cache[n] = v
		end
		return v
	end
	local a = get(1)
	collectgarbage()
	eq(get(1), a)
	eq(made, 1)
	a = nil
	collectgarbage()
	eq(get(1)[1], 1)
	eq(made, 2)
end)

test("iteration over a weak table while collecting", function()
	local t = setmetatable({}, {__mode = "k"})
	for i = 1, 50 do
		t[{}] = i
	end
	local n = 0
	for k in pairs(t) do
		n = n + 1
		k = nil
		if n % 10 == 0 then
			collectgarbage()
		end
	end
	T.ok(n >= 10 and n <= 50, "some were seen: " .. n)
	for i = 1, 50 do
		t[i] = {}
	end
	for k in pairs(t) do
		t[k] = nil
		collectgarbage("step")
	end
	eq(next(t), nil)
end)

return T.finish()
