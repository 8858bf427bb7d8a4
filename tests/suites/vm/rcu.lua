-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- rcu: tables, their keys and values, map, many keys, and all contexts at once.
-- rcu runs it.

local T = require("tests/harness")
local wait_for = require("tests/wait")
local fire = require("tests/fire")
local linux = require("linux")
local lunatik = require("lunatik")
local rcu = require("rcu")

T.start("rcu", true)

local function count(t)
	local n = 0
	rcu.map(t, function() n = n + 1 end)
	return n
end

local function get(t, k) return t[k] end
local function set(t, k, v) t[k] = v end

local LONG = ("\0x"):rep(128):sub(1, 255)

-- keys that begin alike, as bytes
local KEYS = {"", "\0", "\0\0", "a", "ab", "abc", "a\0", "a\0b", "\255", LONG, LONG:sub(1, 254), "%n%s%d"}

T.test("every type of value comes back", function()
	local t = rcu.table()
	local object = rcu.table(1)
	object.inner = "yes"
	local values = {true, false, 0, 1, -1, math.maxinteger, math.mininteger, "", "x", "\0", "a\0b",
		("y"):rep(65536), "%n%s"}
	for i, value in ipairs(values) do
		t["k" .. i] = value
	end
	t.object = object
	for i, value in ipairs(values) do
		T.eq(t["k" .. i], value)
	end
	T.eq(t.object.inner, "yes")
	T.eq(count(t), #values + 1)
end)

T.test("a missing entry is nil; false is not nil; nil deletes", function()
	local t = rcu.table(4)
	T.eq(t.missing, nil)
	t.missing = nil
	t.no = false
	T.eq(t.no, false)
	T.eq(count(t), 1)
	t.no = nil
	T.eq(t.no, nil)
	T.eq(count(t), 0)
	t.map, t.table = 1, 2
	T.eq(t.map, 1)
	t.map, t.table = nil, nil
	T.eq(t.map, nil)
end)

T.test("the last value counts, of whatever type", function()
	local t = rcu.table()
	for _, value in ipairs({1, "one", true, rcu.table(1), "two", 2}) do
		t.key = value
		T.eq(type(t.key), type(value))
		T.eq(count(t), 1)
	end
	T.eq(t.key, 2)
end)

T.test("keys are compared by length and bytes, also in one bucket", function()
	for _, size in ipairs({1, 1024}) do
		local t = rcu.table(size)
		for i, key in ipairs(KEYS) do
			T.eq(t[key], nil)
			t[key] = i
		end
		for i, key in ipairs(KEYS) do
			T.eq(t[key], i)
		end
		T.eq(t["abcd"], nil)
		for i, key in ipairs(KEYS) do
			t[key] = nil
			T.eq(t[key], nil)
			T.eq(count(t), #KEYS - i)
		end
	end
end)

T.test("an integer is the key of its digits", function()
	local t = rcu.table()
	t[7], t[-1], t[math.mininteger] = "seven", "minus", "least"
	T.eq(t["7"], "seven")
	T.eq(t["-1"], "minus")
	T.eq(t["-9223372036854775808"], "least")
	t["7"] = nil
	T.eq(t[7], nil)
end)

T.test("a key has at most 255 bytes", function()
	local t = rcu.table()
	T.errfind("key is too long (256 bytes; at most 255)", set, t, LONG .. "x", 1)
	T.errfind("key is too long (256 bytes; at most 255)", set, t, LONG .. "x", nil)
	T.errfind("key is too long (100000 bytes; at most 255)", set, t, ("\0"):rep(100000), true)
	T.eq(t[LONG .. "x"], nil)
	T.eq(count(t), 0)
	t[LONG] = 1
	T.eq(t[LONG .. "x"], nil)
end)

T.test("other keys are refused", function()
	local t = rcu.table()
	for name, key in pairs({boolean = true, table = {}, ["function"] = print, userdata = t}) do
		T.errfind("bad key (string expected, got " .. name, get, t, key)
		T.errfind("bad key (string expected, got " .. name, set, t, key, 1)
	end
	T.errfind("bad key (string expected, got nil)", get, t, nil)
	T.errfind("bad key (string expected, got nil)", set, t, nil, 1)
end)

T.test("other values are refused, and nothing changes", function()
	local t = rcu.table()
	t.key = "kept"
	for _, value in ipairs({{}, print, coroutine.create(print), io or string.gsub}) do
		T.errfind("object expected", set, t, "key", value)
		T.errfind("object expected", set, t, "other", value)
	end
	T.eq(t.key, "kept")
	T.eq(count(t), 1)
end)

T.test("a table is no value of itself", function()
	local t, other = rcu.table(), rcu.table()
	T.errfind("a table cannot be a value of itself", set, t, "self", t)
	t.other = other
	T.errfind("a table cannot be a value of itself", set, t.other, "self", other)
	T.eq(count(other), 0)
	other.t = t	-- a cycle, which somebody has to open
	T.eq(t.other.t.other.t.nothing, nil)
	other.t = nil
end)

T.test("an object lives as long as its entry", function()
	local t = rcu.table()
	for i = 1, 50 do
		local inner = rcu.table(1)
		inner.number = i
		t[i] = inner
	end
	collectgarbage()
	collectgarbage()
	for i = 1, 50 do
		T.eq(t[i].number, i)
		local kept = t[i]
		t[i] = nil
		collectgarbage("step")
		T.eq(kept.number, i)
	end
	T.eq(count(t), 0)
end)

T.test("table() takes a size", function()
	for _, size in ipairs({1, 2, 3, 1000, 1024, 65536}) do
		local t = rcu.table(size)
		t.x = size
		T.eq(t.x, size)
	end
	for _, size in ipairs({0, -1, math.mininteger, math.maxinteger, 16777217}) do
		T.errfind("size out of range", rcu.table, size)
	end
	T.errfind("number expected", rcu.table, "many")
	T.errfind("number expected", rcu.table, {})
end)

T.test("a table is no Lua table", function()
	local t = rcu.table()
	t.x = 1
	T.eq(type(t), "userdata")
	T.eq(getmetatable(t), false)
	T.ok(tostring(t):find("^rcu.table"), tostring(t))
	T.errfind("length", function() return #t end)
	T.ok(not pcall(function() for _ in pairs(t) do T.ok(false, "pairs") end end), "pairs")
	T.ok(not pcall(next, t), "next")
	T.ok(not pcall(rawset, t, "x", 2), "rawset")
	T.eq(t.map, nil)
end)

local function filled(n, size)
	local t = rcu.table(size)
	for i = 1, n do
		t["k" .. i] = i
	end
	return t
end

T.test("map visits each entry once", function()
	for _, n in ipairs({0, 1, 2, 100, 3000}) do
		local t, seen, visits = filled(n, 16), {}, 0
		T.eq(select("#", rcu.map(t, function(key, value)
			visits = visits + 1
			T.eq(key, "k" .. value)
			T.eq(seen[key], nil)
			seen[key] = true
		end)), 0)
		T.eq(visits, n)
	end
end)

T.test("map's function may delete the current entry, or all", function()
	local t = filled(500, 1)
	rcu.map(t, function(key) t[key] = nil end)
	T.eq(count(t), 0)
	t = filled(500, 1)
	local visits = 0
	rcu.map(t, function()
		visits = visits + 1
		for i = 1, 500 do
			t["k" .. i] = nil
		end
	end)
	T.eq(visits, 1)
	T.eq(count(t), 0)
end)

T.test("map's function may replace and insert, while the table grows", function()
	local t, visits = filled(200, 1), 0
	rcu.map(t, function(key, value)
		visits = visits + 1
		t[key] = value + 1000
		for i = 1, 20 do
			t["new" .. visits .. "," .. i] = true
		end
		if visits % 50 == 0 then
			linux.schedule(2)
		end
	end)
	T.ok(visits >= 200, visits .. " visits")
	for i = 1, 200 do
		T.eq(t["k" .. i], i + 1000)
	end
	T.eq(count(t), 200 + visits * 20)
end)

T.test("map within map, and of what is in a table", function()
	local t, n = filled(10, 1), 0
	t.inner = filled(7, 1)
	rcu.map(t, function(_, value)
		if type(value) == "userdata" then
			rcu.map(value, function() rcu.map(t, function() n = n + 1 end) end)
		end
	end)
	T.eq(n, 7 * 11)
end)

T.test("an error ends map and goes to its caller", function()
	local t, visits = filled(10), 0
	local ok, message = pcall(rcu.map, t, function(_, value)
		visits = visits + 1
		error({value})
	end)
	T.eq(ok, false)
	T.eq(type(message), "table")
	T.eq(visits, 1)
	T.eq(count(t), 10)
	T.ok(not coroutine.wrap(function()
		return pcall(rcu.map, t, coroutine.yield)
	end)(), "no yield in it")
	T.errfind("function expected", rcu.map, t)
	T.errfind("rcu.table expected", rcu.map, {}, print)
	T.errfind("rcu.table expected", rcu.map)
end)

T.test("values are read and written in interrupts", function()
	local t = rcu.table(1)
	t.object, t.text, t.number = rcu.table(1), ("x"):rep(300), 0
	for _, how in ipairs({"softirq", "hardirq"}) do
		local result = fire(function()
			t[how] = t.text .. t.number
			t.object.from = how
			t.number = t.number + 1
			t.new = rcu.table(2)
			t.new.x = 1
			t.gone = nil
			rcu.map(t, function(key) t["copy" .. key] = true end)
		end, how)
		T.eq(result.err, 0)
		T.eq(result.text, nil)
		T.eq(t.object.from, how)
		T.eq(#t[how], 301)
		T.eq(t.new.x, 1)
		T.eq(t.copynumber, true)
	end
	T.eq(t.number, 2)
end)

T.test("100,000 keys, and their memory comes back", function()
	local storm = require("storm")
	local t = rcu.table()
	local N <const> = 100000
	local before = storm.charged(t)
	for round = 1, 2 do
		for i = 1, N do
			t[i] = "value " .. i
		end
		T.ok(storm.charged(t) - before > N * 64, storm.charged(t) - before .. " bytes")
		for i = 1, N, 7 do
			T.eq(t[i], "value " .. i)
		end
		if round == 1 then
			T.eq(count(t), N)
		end
		for i = 1, N do
			t[i] = nil
		end
		T.eq(count(t), 0)
		T.ok(wait_for(function() return storm.charged(t) == before end),
			("%d bytes, %d before"):format(storm.charged(t), before))
	end
end)

T.test("the limit of a runtime is that of its tables, too", function()
	local runtime <close> = lunatik.runtime("tests/rcu/limited", true, {memory = 4 << 20})
	T.eq(runtime, runtime)
end)

T.test("runtimes see each other's entries, also the one that never sleeps", function()
	local t = rcu.table()
	local runtime <close> = lunatik.runtime("tests/rcu/shared")
	t.question = "6 * 7"
	t.inner = rcu.table(1)
	runtime:resume(t)
	T.eq(t.answer, 42)
	T.eq(t.inner.answer, 42)
	lunatik._ENV.rcu_test = t
	local never <close> = lunatik.runtime("tests/rcu/never", false)
	T.eq(never, never)
	T.ok(wait_for(function() return t.never end), "the event came")
	T.eq(t.never, "6 * 7")
	T.eq(t.made.x, true)
	lunatik._ENV.rcu_test = nil
end)

T.test("all contexts at once", function()
	local storm = require("storm")
	local t, source = rcu.table(1), rcu.table()
	local KEYS_MAX <const> = 3000
	for i = 0, KEYS_MAX - 1 do
		source["k" .. i] = i % 3 == 0 and rcu.table(1) or "value " .. i
	end
	local s = storm.start(t, source, KEYS_MAX)
	local till = linux.time() + 2 * 1000000000
	local maps, visits = 0, 0
	repeat
		local seen = {}
		rcu.map(t, function(key, value)
			visits = visits + 1
			T.eq(seen[key], nil)
			seen[key] = true
			if type(value) == "number" and key:find("^k") then
				T.eq(value % KEYS_MAX, tonumber(key:sub(2)))
			elseif type(value) == "string" then
				T.eq(value, "value " .. key:sub(2))
			end
		end)
		maps = maps + 1
		for i = 1, KEYS_MAX, 3 do	-- lets it shrink and grow
			t["k" .. i] = nil
		end
		linux.schedule(1)
	until linux.time() > till
	local reads, writes, wrong, interrupts = s:stop()
	print(("rcu: %d reads, %d writes (%d in interrupts), %d maps with %d visits"):format(
		reads, writes, interrupts, maps, visits))
	T.eq(wrong, 0)
	T.ok(reads > 1000 and writes > 1000 and interrupts > 100, reads .. " " .. writes .. " " .. interrupts)
	rcu.map(t, function(key) t[key] = nil end)
	T.eq(count(t), 0)
end)

T.test("nothing is lost while a table grows and shrinks", function()
	local storm = require("storm")
	local t = rcu.table(1)
	local s = storm.start(t, rcu.table(1), 100)
	for round = 1, 8 do
		for i = 1, 30000 do
			t["x" .. i] = i
		end
		linux.schedule(30)	-- it grows
		for i = 1, 30000, 97 do
			T.eq(t["x" .. i], i)
		end
		for i = 1, 30000 do
			t["x" .. i] = nil
		end
		linux.schedule(30)	-- it shrinks
		T.eq(t["x" .. round], nil)
	end
	local _, _, wrong, _, soft, hard, thread = s:stop()
	T.eq(wrong, 0)
	T.ok(soft > 10 and hard > 10, soft .. " " .. hard)
	for prefix, n in pairs({s = soft, h = hard, t = thread}) do
		for i = 1, n do
			T.eq(t[prefix .. i], i)
		end
	end
	rcu.map(t, function(key) t[key] = nil end)
	T.eq(count(t), 0)
end)

return T.finish()
