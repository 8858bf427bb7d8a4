-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Guards T11: what would use up the C stack, or the Lua stack, without a limit.
-- Given the name of a case: runs it, which must end in an error of the kind that
-- the pattern names. Without one: prints the names.

local overflow = "C stack overflow"

local any = "."	-- depends on where it hits

local cases = {}

-- a gsub callback calls gsub
cases.gsub = {overflow, function()
	local function f()
		return (string.gsub("a", "a", f))
	end
	f()
end}

-- __tostring calls format("%s")
cases.format = {overflow, function()
	local t
	t = setmetatable({}, {__tostring = function() return string.format("%s", t) end})
	return tostring(t)
end}

-- pcall calls pcall
cases.pcall = {any, function()
	local function f()
		local _, e = pcall(f)
		error(e, 0)
	end
	f()
end}

-- a coroutine runs a coroutine
cases.wrap = {overflow, function()
	local function f()
		coroutine.wrap(f)()
	end
	f()
end}

-- a comparison function sorts
cases.sort = {overflow, function()
	local function f()
		table.sort({1, 2, 3}, f)
	end
	f()
end}

-- an error in the message handler
cases.handler = {any, function()
	local function h(e)
		error(e)
	end
	error(select(2, xpcall(error, h, "x")), 0)
end}

-- a type error in the message handler
cases.handler2 = {any, function()
	local function h()
		return nil + 1
	end
	error(select(2, xpcall(h, h, "x")), 0)
end}

-- a traceback as message handler when the stack is full
cases.traceback = {any, function()
	local function f()
		return (string.gsub("a", "a", f))
	end
	error(select(2, xpcall(f, debug.traceback)), 0)
end}

-- an __index function chain
cases.index = {overflow, function()
	local mt = {}
	mt.__index = function(_, k)
		return setmetatable({}, mt)[k]
	end
	return setmetatable({}, mt).x
end}

-- loading 190 nested blocks
cases.blocks = {overflow, function()
	return assert(load(("do "):rep(190) .. ("end "):rep(190)))
end}

-- loading 190 nested tables
cases.tables = {overflow, function()
	return assert(load("return " .. ("{"):rep(190) .. ("}"):rep(190)))
end}

-- loading 190 nested parentheses
cases.parens = {overflow, function()
	return assert(load("return " .. ("("):rep(190) .. "1" .. (")"):rep(190)))
end}

-- loading 95 nested functions
cases.functions = {overflow, function()
	return assert(load(("function f() "):rep(95) .. ("end "):rep(95)))
end}

-- the reader function of load calls load
cases.reader = {any, function()
	local function r()
		return assert(load(r))
	end
	return assert(load(r))
end}

-- a pattern of 200 optional characters
cases.match = {"pattern too complex", function()
	return (assert(string.find(("a"):rep(300), ("a?"):rep(200) .. "b")))
end}

-- __tostring calls tostring
cases.tostring = {overflow, function()
	local t
	t = setmetatable({}, {__tostring = function() return tostring(t) end})
	return tostring(t)
end}

-- __concat concatenates
cases.concat = {overflow, function()
	local t = setmetatable({}, {__concat = function(a, b) return a .. b end})
	return t .. "x"
end}

-- __close opens a block that closes
cases.close = {overflow, function()
	local function f()
		local x <close> = setmetatable({}, {__close = f}) -- luacheck: ignore
	end
	f()
end}

-- a module that requires itself
cases.require = {overflow, function()
	package.searchers[2] = function()
		return function() return require "itself" end
	end
	return require "itself"
end}

-- a Lua function calls itself
cases.recursion = {"stack overflow", function()
	local function f()
		return 1 + f()
	end
	return f()
end}

-- __lt compares
cases.metacall = {overflow, function()
	local mt = {}
	mt.__lt = function(a, b) return a < b end
	return setmetatable({}, mt) < setmetatable({}, mt)
end}

local name = ...

if not name then
	local names = {}
	for n in pairs(cases) do
		names[#names + 1] = n
	end
	table.sort(names)
	print(table.concat(names, " "))
	return
end

local ok, message = pcall(cases[name][2])
assert(not ok, "it did not end in an error")
assert(string.find(tostring(message), cases[name][1]), message)
assert(string.format("%d", 42) == "42", "Lua does not work afterwards")
