-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Trap T26: published ways out of a Lua sandbox, or to crash the virtual
-- machine. None may do more than raise an error. What the manual allows but
-- other systems got wrong is here as well.

local T = require "tests.lang.harness"
local test, eq, vals, err, errany = T.test, T.eq, T.vals, T.err, T.errany

test("bytecode: nothing dumped or forged is loaded", function()
	local function forged(s)
		for _, mode in ipairs {"b", "bt", "t", "tb"} do
			local fn, msg = load(s, "=x", mode)
			eq(fn, nil)
			eq(type(msg), "string")
		end
		eq(load(s), nil)
		local pos = 0
		eq(load(function()
			pos = pos + 1
			local c = s:sub(pos, pos)
			return c ~= "" and c or nil
		end), nil)
	end
	forged("\27Lua\x54\0\x19\x93\r\n\26\n\4\8\8" .. ("\0"):rep(100))
	forged("\27Lua\x53\0\x19\x93\r\n\26\n\4\8\4\8\8" .. ("\0"):rep(100))
	forged("\27LJ\2" .. ("\0"):rep(50))
	forged("\27" .. ("\xff"):rep(100))
	local ok, s = pcall(string.dump or error, function(a) return a end)
	if ok then
		forged(s)
		forged(s:gsub("\0", "\1"))
	end
end)

test("no way to the operating system or to other libraries", function()
	for name in ("io os ffi jit posix socket lfs"):gmatch("%w+") do
		eq(rawget(_G, name), nil, name)
		eq(package.loaded[name], nil, name)
	end
	eq(debug.debug, nil)
	eq((package.loadlib("/lib/x86_64-linux-gnu/libc.so.6", "system")), nil)
	eq((package.loadlib("/lib/x86_64-linux-gnu/libc.so.6", "*")), nil)
	eq(package.cpath, nil)
	T.ok(not pcall(loadfile, "/etc/passwd") or loadfile("/etc/passwd") == nil)
	T.ok(not pcall(dofile, "/etc/passwd"))
	T.ok(not pcall(require, "../../../etc/passwd"))
end)

test("debug: no temporaries, no C functions, no userdata", function()
	local function loop()
		local sum = 0
		for i = 1, 10 do
			for k = 1, 60 do
				local name = debug.getlocal(1, k)
				if name and name:find("^%(") then
					eq(debug.setlocal(1, k, "evil"), nil)
				end
			end
			sum = sum + i
		end
		return sum
	end
	eq(loop(), 55)
	local function generic()
		local n = 0
		for k, v in pairs({1, 2, 3}) do
			for i = 1, 60 do
				local name = debug.getlocal(1, i)
				if name and name:find("^%(") then
					eq(debug.setlocal(1, i, 5), nil)
				end
			end
			n = n + k + v
		end
		return n
	end
	eq(generic(), 12)
	for level = 0, 20 do
		local info = debug.getinfo(level, "Sf")
		if not info then break end
		if info.what == "C" then
			eq(info.func, nil, "a C function found by level")
		end
	end
end)

test("debug.setmetatable on shared types is undone and harmless", function()
	local mt = getmetatable("")
	eq(debug.setmetatable("x", mt), "x")
	T.ok(rawequal(getmetatable(""), mt))
	debug.setmetatable(nil, {__index = function() return "nil field" end})
	eq(T.code("local x return x.anything")(), "nil field")
	debug.setmetatable(nil, nil)
	errany({"attempt to index a nil value"}, T.code("local x return x.anything"))
	debug.setmetatable(function() end, {__index = {call = function(f, ...) return f(...) end}})
	eq(T.code("return (string.rep):call('x', 2)")(), "xx")
	debug.setmetatable(function() end, nil)
	eq(getmetatable(print), nil)
end)

test("upvaluejoin and setupvalue keep to Lua functions", function()
	local a = 1
	local function f() return a end
	for _, c in ipairs {print, pcall, ("x"):gmatch("."), coroutine.wrap(f), require} do
		T.ok(not pcall(debug.upvaluejoin, f, 1, c, 1))
		T.ok(not pcall(debug.upvaluejoin, c, 1, f, 1))
		eq(debug.setupvalue(c, 1, nil), nil)
		eq((debug.getupvalue(c, 1)), nil)
	end
	eq(f(), 1)
end)

test("sort with every bad order on every size", function()
	for n = 0, 40 do
		for _, lt in ipairs {function() return true end, function() return false end,
			function(a, b) return b == nil or a == nil or a > b or a == b end} do
			local t = {}
			for i = 1, n do t[i] = (i * 7) % 11 end
			local ok, msg = pcall(table.sort, t, lt)
			T.ok(ok or type(msg) == "string")
			eq(#t, n)
		end
	end
	local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	pcall(table.sort, t, function(a, b)
		for k in pairs(t) do t[k] = nil end
		collectgarbage()
		return a < b
	end)
	eq(type(next(t)), type(next(t)))
end)

test("next and pairs over a table that changes", function()
	err("invalid key to 'next'", next, {}, "nokey")
	err("invalid key to 'next'", next, {1, 2, 3}, 10)
	err("invalid key to 'next'", next, {a = 1}, {})
	local t = {}
	for i = 1, 20 do t[i] = i end
	local ok = pcall(function()
		for k in pairs(t) do
			t[k + 1000] = true
			t[k + 5000] = true
			if k > 100000 then break end
		end
	end)
	T.ok(ok or true, "undefined order, no crash")
	local u = {a = 1, b = 2, c = 3}
	local n = 0
	for k in pairs(u) do
		u[k] = nil
		collectgarbage()
		n = n + 1
	end
	eq(n, 3)
	local dead
	local w = setmetatable({}, {__mode = "k"})
	do
		local key = {}
		w[key] = 1
		dead = next(w)
	end
	eq(w[dead], 1)
	dead = nil
	collectgarbage()
	eq(next(w), nil)
end)

test("finalisers that misbehave", function()
	warn("@off")
	local order = {}
	local function object(f) setmetatable({}, {__gc = f}) end
	object(function(o) order[#order + 1] = "resurrect" order.saved = o end)
	object(function() collectgarbage() order[#order + 1] = "collect" end)
	object(function() error("in gc") end)
	object(function() error(setmetatable({}, {__tostring = error})) end)
	object(function() coroutine.yield() end)
	object(function() local function f() return 1 + f() end f() end)
	object(function() setmetatable({}, {__gc = function() order[#order + 1] = "child" end}) end)
	object(function() debug.sethook() end)
	collectgarbage()
	collectgarbage()
	table.sort(order)
	eq(table.concat(order, " "), "child collect resurrect")
	eq(type(order.saved), "table")
	setmetatable(order.saved, {__gc = function(o) setmetatable(o, getmetatable(o)) end})
	order.saved = nil
	collectgarbage()
	collectgarbage()
	setmetatable({}, {__gc = function(o) getmetatable(o).__gc = nil end})
	collectgarbage()
end)

test("coroutines misused", function()
	local co
	co = coroutine.wrap(function() return co() end)
	T.ok(not pcall(co))
	co = coroutine.create(function() coroutine.close(co) end)
	T.ok(not coroutine.resume(co))
	co = coroutine.create(function() return debug.traceback(co, "tb") end)
	T.ok(coroutine.resume(co))
	local cos = {}
	for i = 1, 20 do
		cos[i] = coroutine.create(function()
			local g <close> = setmetatable({}, {__close = function()
				return coroutine.close(cos[i % 20 + 1])
			end})
			coroutine.yield()
		end)
		coroutine.resume(cos[i])
	end
	coroutine.close(cos[1])
	cos = nil
	collectgarbage()
	co = coroutine.create(function()
		debug.sethook(function() coroutine.yield() end, "l")
		local x = 1
		return x
	end)
	local n = 0
	while n < 10 and coroutine.resume(co) and coroutine.status(co) ~= "dead" do
		n = n + 1
	end
	debug.sethook(co)
	co = coroutine.create(function(...) return table.unpack({...}) end)
	vals("true, 1, 2", coroutine.resume(co, 1, 2))
end)

test("huge numbers where sizes are expected", function()
	local max, min = math.maxinteger, math.mininteger
	for _, n in ipairs {max, max - 1, min, min + 1, 1 << 31, 1 << 32, (1 << 32) - 1, -(1 << 31)} do
		pcall(table.unpack, {}, n)
		pcall(table.unpack, {}, 1, n >= 0 and n or 0)
		pcall(table.insert, {}, n, 1)
		pcall(table.remove, {}, n)
		pcall(select, n, 1, 2)
		pcall(utf8.offset, "abc", n)
		pcall(utf8.offset, "abc", 1, n)
		pcall(utf8.codepoint, "abc", n, n)
		pcall(utf8.len, "abc", n, n)
		pcall(string.unpack, "i4", "abcdefgh", n)
		pcall(string.find, "abc", "b", n)
		pcall(debug.getlocal, 1, n)
		pcall(debug.getinfo, n)
		pcall(error, "x", n)
		eq(("abc"):sub(n, n), "")
		eq(select("#", ("abc"):byte(n, n)), 0)
	end
	errany({"too many results to unpack"}, table.unpack, {}, min, max)
	errany({"resulting string too large", "not enough memory"}, string.rep, "abc", max)
	errany({"too many elements to move", "wrap around"}, table.move, {}, min, max, 1)
	err("bad argument #1 to 'table.concat' (table expected, got string)", table.concat, "x")
end)

test("strings that other code could take for formats or terminators", function()
	local s = ("%n%s%p%x"):rep(20)
	eq(#s, 160)
	local ok, msg = pcall(error, s)
	vals("false, true", ok, msg == s)
	local _
	_, msg = load("x = ", "=" .. s)
	T.ok(type(msg) == "string" and msg:find("%n%s", 1, true))
	_, msg = pcall(load("local t = {} return t['" .. s .. "'].x", "=%s%n"))
	T.ok(msg:find("%s%n:1:", 1, true), msg)
	_, msg = pcall(require, "%s%n%s")
	T.ok(type(msg) == "string")
	_, msg = pcall(string.format, "%" .. ("9"):rep(500) .. "d", 1)
	T.ok(type(msg) == "string" and #msg < 1000)
	eq(tostring(setmetatable({}, {__name = "%s%n"})):sub(1, 6), "%s%n: ")
	eq(("a\0b"):rep(2), "a\0ba\0b")
	eq(#("%s"):format("a\0b"), 3)
end)

test("metatables that lie", function()
	local liar = setmetatable({}, {__len = function() return math.maxinteger end})
	errany({"too many results to unpack"}, table.unpack, liar)
	err("bad argument #1 to 'table.sort' (array too big)", table.sort, liar)
	T.ok(not pcall(table.insert, liar, 1, 1) or true)
	liar = setmetatable({}, {__len = function() return -1 end})
	eq(table.concat(liar), "")
	eq(select("#", table.unpack(liar)), 0)
	table.sort(liar)
	liar = setmetatable({}, {__len = function() return {} end})
	for _, f in ipairs {table.insert, table.remove, table.concat, table.sort} do
		T.ok(not pcall(f, liar, 1))
	end
	liar = setmetatable({}, {__index = function() error("index", 0) end})
	err("index", table.concat, liar, "", 1, 2)
	eq(pcall(next, liar), true)
	local mt = {}
	mt.__index = function(t, k)
		setmetatable(t, nil)
		collectgarbage()
		return k
	end
	eq(setmetatable({}, mt).gone, "gone")
	local e = setmetatable({}, {__eq = function() error("eq", 0) end})
	err("eq", function() return e == setmetatable({}, {}) end)
	eq(rawequal(e, {}), false)
end)

test("tostring and print through bad __tostring and __name", function()
	err("'__tostring' must return a string", tostring,
		setmetatable({}, {__tostring = function() return true end}))
	err("'__tostring' must return a string", string.format, "%s",
		setmetatable({}, {__tostring = function() return print end}))
	err("'__tostring' must return a string", print,
		setmetatable({}, {__tostring = function() end}))
	T.ok(tostring(setmetatable({}, {__name = ("n"):rep(5000)})):find("^nnnn"))
	T.ok(tostring(setmetatable({}, {__name = {}})):find("^table: "))
	T.ok(tostring(setmetatable({}, {__name = "a\0b"})):find("^a"))
end)

test("the environment can be taken away, the libraries stay whole", function()
	local out = T.code("local p = ... _ENV = nil return p('x', 2)")(string.rep)
	eq(out, "xx")
	local saved = string.rep
	local proxy = setmetatable({}, {__index = string})
	eq(proxy.rep, saved)
	local env = {}
	T.code("function x() return y end y = 5", env)()
	eq(env.x(), 5)
	eq(_G.y, nil)
	local g = _G
	eq(rawget(g, "_G"), g)
end)

return T.finish()
