-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.10: the debug library as trimmed for the kernel (trap T26): no
-- debug.debug, nothing that hands out or changes what C code relies on.

local T = require "tests.lang.harness"
local test, eq, vals, err = T.test, T.eq, T.vals, T.err

test("what exists and what does not", function()
	for name in ([[gethook getinfo getlocal getmetatable getregistry getupvalue
		getuservalue sethook setlocal setmetatable setupvalue setuservalue
		traceback upvalueid upvaluejoin]]):gmatch("%a+") do
		eq(type(debug[name]), "function", name)
	end
	eq(debug.debug, nil)
end)

test("getinfo of functions", function()
	local f = T.code("\nlocal function f(a, b, ...)\n\treturn a\nend\nreturn f")()
	local info = debug.getinfo(f)
	eq(info.what, "Lua")
	eq(info.source, "=t")
	eq(info.short_src, "t")
	eq(info.linedefined, 2)
	eq(info.lastlinedefined, 4)
	eq(info.currentline, -1)
	eq(info.nparams, 2)
	eq(info.isvararg, true)
	eq(info.nups, 0)
	eq(info.func, f)
	eq(info.istailcall, false)
	eq(info.name, nil)
	info = debug.getinfo(print)
	eq(info.what, "C")
	eq(info.short_src, "[C]")
	eq(info.source, "=[C]")
	eq(info.linedefined, -1)
	eq(info.nparams, 0)
	eq(info.isvararg, true)
	eq(debug.getinfo(T.code("return 1"), "S").what, "main")
	eq(debug.getinfo(function(a, b) return a, b end, "u").nparams, 2)
end)

test("getinfo options", function()
	local function f() return 1 end
	eq(debug.getinfo(f, "S").func, nil)
	eq(debug.getinfo(f, "f").func, f)
	eq(debug.getinfo(f, "l").currentline, -1)
	local lines = debug.getinfo(T.code("local a\n\na = 1\nreturn a"), "L").activelines
	vals("true, nil, true, true", lines[1] or true, lines[2], lines[3], lines[4])
	eq(next(debug.getinfo(print, "")), nil)
	err("bad argument #2 to 'debug.getinfo' (invalid option)", debug.getinfo, f, "X")
	err("bad argument #2 to 'debug.getinfo' (invalid option '>')", debug.getinfo, f, ">")
	err("bad argument #1 to 'debug.getinfo' (number expected, got nil)", debug.getinfo, nil)
	err("bad argument #1 to 'debug.getinfo' (number expected, got string)",
		debug.getinfo, "x")
	eq(debug.getinfo(10000), nil)
	T.ok(not pcall(debug.getinfo, -1) or debug.getinfo(-1) == nil)
	err("bad argument #2 to 'debug.getinfo' (string expected, got table)",
		debug.getinfo, print, {})
end)

test("getinfo of levels", function()
	local function named()
		local info = debug.getinfo(1, "nSlt")
		return info.name, info.namewhat, info.what, info.currentline > 0, info.istailcall
	end
	vals('"named", "upvalue", "Lua", true', (function()
		local n, w, k, l = named()
		return n, w, k, l
	end)())
	local r = {named()}
	vals('"named", "local"', r[1], r[2])
	local t = {field = named}
	r = {t.field()}
	eq(r[1], "field")
	r = {t:field()}
	vals('"field", "method"', r[1], r[2])
	local function tail() return named() end
	r = {tail()}
	vals('nil, true', r[1], r[5])
	eq(debug.getinfo(1, "f").func ~= nil, true)
	eq(debug.getinfo(0, "n").name, "getinfo")
	local mt = setmetatable({}, {__add = function() return debug.getinfo(1, "n").name end,
		__index = function() return debug.getinfo(1, "n").namewhat end})
	vals('"add", "metamethod"', mt + 1, mt.x)
	local it = ""
	for _ in function(_, c)
		if not c then
			it = debug.getinfo(1, "n").name
			return 1
		end
	end do end
	eq(it, "for iterator")
end)

test("getinfo of other threads", function()
	local co = coroutine.create(function(x)
		local y = x
		coroutine.yield(y)
	end)
	eq(debug.getinfo(co, 0), nil)
	coroutine.resume(co, 5)
	eq(debug.getinfo(co, 0, "S").what, "C")
	local info = debug.getinfo(co, 1, "Sl")
	eq(info.what, "Lua")
	T.ok(info.currentline > 0)
	eq(debug.getinfo(co, 2), nil)
end)

test("getlocal", function()
	local function f(a, b, ...)
		local c = 30
		do
			local hidden = 1
		end
		local out = {}
		for i = 1, 10 do
			local n, v = debug.getlocal(1, i)
			if not n then break end
			out[#out + 1] = n .. "=" .. type(v)
		end
		return table.concat(out, " ", 1, 4), debug.getlocal(1, -1)
	end
	vals('"a=number b=string c=number out=table", "(vararg)", true', f(1, "b", true))
	eq(debug.getlocal(f, 1), "a", "parameters of a function that does not run")
	eq(debug.getlocal(f, 2), "b")
	eq(debug.getlocal(f, 3), nil)
	eq(debug.getlocal(1, 1000), nil)
	err("bad argument #1 to 'debug.getlocal' (level out of range)",
		debug.getlocal, 1000, 1)
	local co = coroutine.create(function(x) coroutine.yield(x) end)
	coroutine.resume(co, 7)
	vals('"x", 7', debug.getlocal(co, 1, 1))
end)

test("setlocal changes named variables, refuses temporaries", function()
	local x = 1
	local function find(name)
		for i = 1, 20 do
			local n = debug.getlocal(2, i)
			if n == name then return i end
		end
	end
	local i = find("x")
	eq(debug.setlocal(1, i, 2), "x")
	eq(x, 2)
	eq(debug.setlocal(1, 200, 5), nil)
	err("bad argument #1 to 'debug.setlocal' (level out of range)",
		debug.setlocal, 1000, 1, 1)
	local function v(...)
		debug.setlocal(1, -1, "new")
		return ...
	end
	vals('"new", 2', v(1, 2))
	-- a numeric loop keeps its state in registers that have no name
	local n, changed = 0, 0
	for _ = 1, 3 do
		n = n + 1
		for k = 1, 30 do
			local name = debug.getlocal(1, k)
			if name and name:sub(1, 1) == "(" and debug.setlocal(1, k, {}) then
				changed = changed + 1
			end
		end
	end
	vals("3, 0", n, changed)
end)

test("locals of C functions are hidden", function()
	local seen = 0
	table.sort({2, 1}, function(a, b)
		for level = 1, 6 do
			local info = debug.getinfo(level, "S")
			if info and info.what == "C" then
				for i = 1, 5 do
					if debug.getlocal(level, i) then seen = seen + 1 end
					if debug.setlocal(level, i, nil) then seen = seen + 1 end
				end
			end
		end
		return a < b
	end)
	eq(seen, 0)
end)

test("upvalues of Lua functions", function()
	local a, b = 1, 2
	local function f() return a + b end
	vals('"a", 1', debug.getupvalue(f, 1))
	vals('"b", 2', debug.getupvalue(f, 2))
	vals("", debug.getupvalue(f, 3))
	eq(debug.setupvalue(f, 1, 10), "a")
	eq(a, 10)
	eq(f(), 12)
	vals("", debug.setupvalue(f, 5, 1))
	vals('"_ENV"', (debug.getupvalue(T.code("x = 1"), 1)))
	local chunk = T.code("return x")
	debug.setupvalue(chunk, 1, {x = "mine"})
	eq(chunk(), "mine")
	vals("", debug.getupvalue(f, 0))
	vals("", debug.getupvalue(f, -1))
	err("bad argument #1 to 'debug.getupvalue' (function expected, got number)",
		debug.getupvalue, 1, 1)
	err("bad argument #2 to 'debug.getupvalue' (number expected, got no value)",
		debug.getupvalue, f)
end)

test("upvalues of C functions are hidden", function()
	local iter = ("x"):gmatch(".")
	for _, f in ipairs {iter, print, require, string.rep, coroutine.wrap(print)} do
		for i = 1, 4 do
			vals("", debug.getupvalue(f, i))
			vals("", debug.setupvalue(f, i, 5))
		end
		eq(pcall(debug.upvalueid, f, 1) and debug.upvalueid(f, 1) or nil, nil)
	end
	eq(iter(), "x", "unharmed")
end)

test("upvalueid and upvaluejoin", function()
	local a, b = 1, 2
	local function f() return a end
	local function g() return a, b end
	eq(debug.upvalueid(f, 1), debug.upvalueid(g, 1))
	T.ok(debug.upvalueid(g, 1) ~= debug.upvalueid(g, 2))
	eq(debug.upvalueid(f, 5), nil)
	debug.upvaluejoin(f, 1, g, 2)
	eq(f(), 2)
	b = 20
	eq(f(), 20)
	T.ok(not pcall(debug.upvaluejoin, f, 3, g, 1))
	T.ok(not pcall(debug.upvaluejoin, print, 1, g, 1))
	T.ok(not pcall(debug.upvaluejoin, f, 1, ("x"):gmatch("."), 1))
end)

test("metatables: never of userdata, never past __metatable", function()
	local t = setmetatable({}, {__index = {x = 1}})
	eq(debug.getmetatable(t), getmetatable(t))
	local locked = setmetatable({}, {__metatable = "locked"})
	eq(debug.getmetatable(locked), "locked")
	err("cannot change a protected metatable", debug.setmetatable, locked, {})
	eq(getmetatable(locked), "locked")
	local mt = {__index = function(_, k) return k end}
	debug.setmetatable(5, mt)
	local x = 5
	eq(x.y, "y")
	eq(debug.setmetatable(5, nil), 5)
	eq(getmetatable(5), nil)
	err("bad argument #2 to 'debug.setmetatable' (nil or table expected, got number)",
		debug.setmetatable, {}, 5)
	local u = debug.upvalueid(T.code("x = 1"), 1)
	eq(type(u), "userdata")
	T.errany({"userdata"}, debug.setmetatable, u, {})
	eq(getmetatable(u), nil)
end)

test("the registry is harmless", function()
	local r = debug.getregistry()
	if r ~= nil then
		eq(type(r), "table")
		for k, v in pairs(r) do
			T.ok(type(k) == "string", "keys are names: " .. tostring(k))
			T.ok(type(v) == "table", "values are tables")
		end
		eq(r[1], nil)
		eq(r[2], nil)
		local keep = {}
		for k in pairs(r) do
			keep[k] = r[k]
			r[k] = nil
		end
		eq(require("string"), string, "require does not depend on it")
		for k, v in pairs(keep) do
			r[k] = v
		end
	end
	T.ok(true)
end)

test("user values are hidden", function()
	local u = debug.upvalueid(T.code("x = 1"), 1)
	eq((debug.getuservalue(u, 1)), nil)
	eq((debug.getuservalue({}, 1)), nil)
	T.ok(not pcall(debug.setuservalue, {}, 1))
	local ok, r = pcall(debug.setuservalue, u, 1)
	T.ok(not ok or r == nil)
end)

test("hooks", function()
	local n = 0
	debug.sethook(function() n = n + 1 end, "l")
	local x = 1
	x = x + 1
	debug.sethook()
	T.ok(n >= 2, "line events: " .. n)
	eq(debug.gethook(), nil)
	local calls, returns = 0, 0
	debug.sethook(function(e)
		if e:find "call" then calls = calls + 1 else returns = returns + 1 end
	end, "cr")
	local function f() return 1 end
	f() f()
	debug.sethook()
	T.ok(calls >= 2 and returns >= 2, calls .. " " .. returns)
	n = 0
	debug.sethook(function(e, l) n = n + 1 eq(e, "count") eq(l, nil) end, "", 100)
	for _ = 1, 1000 do x = x + 1 end
	local h, mask, count = debug.gethook()
	debug.sethook()
	T.ok(n > 5, "count events: " .. n)
	vals('"function", "", 100', type(h), mask, count)
	err("from hook", function()
		debug.sethook(function()
			debug.sethook()
			error("from hook", 0)
		end, "l")
		x = 2
	end)
	eq(debug.gethook(), nil)
	local co = coroutine.create(function() local y = 1; return y end)
	n = 0
	debug.sethook(co, function() n = n + 1 end, "l")
	coroutine.resume(co)
	T.ok(n >= 1)
	eq(debug.gethook(), nil, "hooks are by thread")
end)

return T.finish()
