-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.1, load: text chunks, readers, names, modes, environments. Binary
-- chunks are always refused (trap T26).

local T = require "tests.lang.harness"
local test, eq, vals, err = T.test, T.eq, T.vals, T.err

test("strings", function()
	eq(load("return 1 + 1")(), 2)
	vals("1, 2", load("return ...")(1, 2))
	vals("", load("")())
	eq(load("x = 5 return x", "n", "t", {})(), 5)
	eq(type(load("syntax error here")), "nil")
	local fn, msg = load("return -", "=c")
	vals('nil, "c:1: unexpected symbol near <eof>"', fn, msg)
	eq(select("#", load("")), 1)
	eq(select("#", load("x")), 2)
end)

test("each load is a new function with a new environment upvalue", function()
	local a, b = load("return x", "n", "t", {x = 1}), load("return x", "n", "t", {x = 2})
	vals("1, 2", a(), b())
	T.ok(load("return 1") ~= load("return 1"))
	eq(load("return _ENV")(), _G)
	eq(load("return _ENV", "n", "t", nil)(), nil, "an explicit nil environment")
	err("attempt to index a nil value (upvalue '_ENV')",
		load("return x", "=t", "t", nil))
	eq(load("return _ENV", "n", "t", 5)(), 5)
end)

test("reader functions", function()
	local function reader(...)
		local parts, i = {...}, 0
		return function()
			i = i + 1
			return parts[i]
		end
	end
	eq(load(reader("return ", "1", "0"))(), 10)
	eq(load(reader("ret", "urn 'a", "b'"))(), "ab")
	eq(load(reader("return 1", "", "0 + nothing"))(), 1, "an empty piece ends it")
	eq(load(reader("return 7", nil, "0"))(), 7)
	vals("", load(reader())())
	local n = 0
	local src = "return 1 + 2 + 3"
	local fn = load(function()
		n = n + 1
		local c = src:sub(n, n)
		return c ~= "" and c or nil
	end)
	eq(fn(), 6)
	eq(n, #src + 1, "byte by byte")
end)

test("readers that misbehave", function()
	local fn, msg = load(function() return {} end)
	vals('nil, "reader function must return a string"', fn, T.bare(msg))
	fn, msg = load(function() return true end)
	vals('nil, "reader function must return a string"', fn, T.bare(msg))
	fn, msg = load(function() error("in reader", 0) end)
	vals('nil, "in reader"', fn, msg)
	local obj = {}
	fn, msg = load(function() error(obj) end)
	eq(fn, nil)
	eq(msg, obj)
	local n = 0
	eq(type(load(function()
		n = n + 1
		if n == 1 then return "return " end
		if n == 2 then return 5 end
	end)), "function", "a number is a string here")
	local _, m = load(function() return "x y z " .. nothing.x end)	-- luacheck: ignore 113
	T.ok(m:find("attempt to index a nil value (global 'nothing')", 1, true))
end)

test("a reader may load and collect itself", function()
	local done
	local fn = load(function()
		if done then return nil end
		done = true
		collectgarbage()
		return "return " .. load("return 41")() + 1
	end)
	eq(fn(), 42)
end)

test("chunk names", function()
	local function name(...)
		local fn = load(...)
		local info = debug.getinfo(fn, "S")
		return info.source, info.short_src
	end
	vals('"return 1", "[string \\x22return 1\\x22]"', name("return 1"))
	vals('"=x", "x"', name("return 1", "=x"))
	vals('"@d/f.lua", "d/f.lua"', name("return 1", "@d/f.lua"))
	vals('"abc", "[string \\x22abc\\x22]"', name("return 1", "abc"))
	vals('"=(load)", "(load)"', name(function() return nil end))
	vals('"a\\x0ab", "[string \\x22a...\\x22]"', name("return 1", "a\nb"))
	vals('"", "[string \\x22\\x22]"', name("", ""))
	local _, short = name("return 1", ("long"):rep(50))
	eq(#short, 59)
	eq(short:sub(-5), '..."]')
end)

test("modes", function()
	eq(load("return 1", "n", "t")(), 1)
	eq(load("return 1", "n", "bt")(), 1)
	local fn, msg = load("return 1", "=n", "b")
	eq(fn, nil)
	T.ok(msg:find("attempt to load a text chunk (mode is 'b')", 1, true), msg)
	fn, msg = load("return 1", "=n", "")
	eq(fn, nil)
	T.ok(msg:find("attempt to load a text chunk (mode is '')", 1, true), msg)
end)

-- A hand-made header of a binary chunk: signature, version, format.
local header = "\27Lua\x54\0\x19\x93\r\n\x1a\n\4\8\8"

local function binaryrefused(...)
	local fn, msg = load(...)
	eq(fn, nil)
	T.ok(type(msg) == "string" and (msg:find("binary", 1, true)), tostring(msg))
end

test("binary chunks are refused, whatever the mode says", function()
	binaryrefused("\27Lua")
	binaryrefused(header)
	binaryrefused(header, "=n", "b")
	binaryrefused(header, "=n", "bt")
	binaryrefused(header, "=n", "t")
	binaryrefused("\27")
	binaryrefused("\27\n")
	local sent
	binaryrefused(function()
		if not sent then
			sent = true
			return header
		end
	end, "=n", "bt")
	local i = 0
	binaryrefused(function()
		i = i + 1
		return i <= #header and header:sub(i, i) or nil
	end)
end)

test("a dumped function cannot come back", function()
	local ok, dump = pcall(string.dump, function() return 1 end)
	if ok then
		binaryrefused(dump)
		binaryrefused(dump, "=n", "b")
		binaryrefused(dump, "=n", "bt")
		binaryrefused(function()
			local d = dump
			dump = nil
			return d
		end, "=n", "bt")
	end
	T.ok(true)
end)

test("arguments", function()
	err("bad argument #1 to 'load' (function expected, got no value)", load)
	err("bad argument #1 to 'load' (function expected, got nil)", load, nil)
	err("bad argument #1 to 'load' (function expected, got table)", load, {})
	err("bad argument #2 to 'load' (string expected, got table)", load, "", {})
	err("bad argument #3 to 'load' (string expected, got table)", load, "", "", {})
	T.ok(load(function() end, nil, nil))
	eq(type(load(5)), "nil", "a number is a string: the chunk 5")
end)

test("errors at run time carry the line of the chunk", function()
	vals('false, "c:2: m"', pcall(load("local x\nerror('m')", "=c")))
	vals('false, "c.lua:1: m"', pcall(load("error'm'", "@c.lua")))
	vals('false, "[string \\x22error\'m\'\\x22]:1: m"', pcall(load("error'm'")))
end)

test("large chunks", function()
	local parts = {"local t = {}"}
	for i = 1, 500 do
		parts[#parts + 1] = "t[" .. i .. "] = " .. i .. " * 2"
	end
	parts[#parts + 1] = "return t"
	local t = load(table.concat(parts, "\n"))()
	vals("500, 1000", #t, t[500])
	local s = load("return '" .. ("x"):rep(20000) .. "'")()
	eq(#s, 20000)
	parts = {}
	for i = 1, 400 do
		parts[i] = "'k" .. i .. "'"
	end
	t = load("return {" .. table.concat(parts, ",") .. "}")()
	vals('400, "k1", "k400"', #t, t[1], t[400])
	parts = {}
	for i = 1, 300 do
		parts[i] = "local function f" .. i % 10 .. "() return " .. i .. " end "
			.. "do local a, b = " .. i .. ", f" .. i % 10 .. "() end"
	end
	T.ok(load("do " .. table.concat(parts, " end do ") .. " end return 1"))
end)

return T.finish()
