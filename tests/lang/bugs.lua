-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Trap T26: the kinds of bugs that releases of Lua 5.4 were known to have, each as a
-- short script that would bring a virtual machine with it down, or have it give a
-- wrong result. None of it may depend on the release.

local T = require "tests.lang.harness"
local test, eq, vals, err = T.test, T.eq, T.vals, T.err

local function closing(f)
	return setmetatable({}, {__close = f})
end

test("C levels: recursion through every kind of call ends in an error", function()
	local function ends(f)
		local ok, msg = pcall(f)
		T.ok(not ok and (type(msg) ~= "string" or msg:find("overflow") or
			msg:find("error handling")), tostring(msg))
	end
	local mt = {}
	local function object() return setmetatable({}, mt) end
	mt.__index = function(_, k) return object()[k] end
	mt.__unm = function() return -object() end
	mt.__len = function() return #object() end
	mt.__eq = function() return object() == object() end
	ends(function() return object().x end)
	ends(function() return -object() end)
	ends(function() return #object() end)
	ends(function() return object() == object() end)
	local function wrapped() return coroutine.wrap(wrapped)() end
	ends(wrapped)
	local function closer() local x <close> = closing(closer) error(x) end
	T.ok(not pcall(closer))
	local function reset()
		local co = coroutine.create(function()
			local x <close> = closing(reset)
			coroutine.yield(x)
		end)
		coroutine.resume(co)
		local ok, msg = coroutine.close(co)
		if not ok then error(msg, 0) end
	end
	pcall(reset)
	ends(function() return assert(load(("("):rep(500) .. "1" .. (")"):rep(500))) end)
	ends(function() return assert(load("return " .. ("-"):rep(1) .. ("{"):rep(500) .. ("}"):rep(500))) end)
	eq(#("x"):rep(10), 10)
end)

test("a chain of __call, and one that loops", function()
	local f = print
	for _ = 1, 15 do f = setmetatable({}, {__call = f}) end
	T.ok(pcall(select, "#", f))
	local t = {}
	setmetatable(t, {__call = t})
	T.ok(not pcall(t))
end)

test("closing: errors replace errors, in order", function()
	local log = {}
	local ok, msg = pcall(function()
		local a <close> = closing(function(_, e) log[#log + 1] = e end)
		local b <close> = closing(function(_, e) log[#log + 1] = e error("b", 0) end)
		local c <close> = closing(function(_, e) log[#log + 1] = e error("c", 0) end)
		return error("body", 0), a, b, c
	end)
	vals('false, "b"', ok, msg)
	eq(table.concat(log, " "), "body c b")
end)

test("closing: many variables, in a coroutine that is closed", function()
	local n = 0
	local co = coroutine.create(function()
		for _ = 1, 1 do
			local a <close> = closing(function() n = n + 1 end)
			local b <close> = closing(function() n = n + 1 error("late", 0) end)
			local c <close> = closing(function() n = n + 1 end)
			coroutine.yield(a, b, c)
		end
	end)
	coroutine.resume(co)
	vals('false, "late"', coroutine.close(co))
	eq(n, 3)
	vals("true", coroutine.close(co))
	vals('"dead", false', coroutine.status(co), (coroutine.resume(co)))
end)

test("closing: a coroutine yields in __close, on every way out", function()
	local function run(leave)
		local co = coroutine.wrap(function()
			local ok, msg = pcall(function()
				local x <close> = closing(function() coroutine.yield("in close") end)
				return leave(x)
			end)
			return ok, msg
		end)
		eq(co(), "in close")
		return co()
	end
	vals("true, 7", run(function() return 7 end))
	vals('false, "e"', run(function() error("e", 0) end))
	local co = coroutine.wrap(function(...)
		local x <close> = closing(function() coroutine.yield("y") end)
		return ..., x and 3
	end)
	eq(co(1, 2), "y")
	vals("1, 3", co())
end)

test("closing: the stack moves while results are returned", function()
	local function grow(n) if n > 0 then return grow(n - 1), n end return 0 end
	local function f(...)
		local x <close> = closing(function() return grow(150) end)
		return ..., (x and nil)
	end
	for i = 1, 20 do
		local r = coroutine.wrap(f)(i)
		eq(r, i)
	end
	local function tail()
		local x <close> = closing(function() grow(100) end)
		return select(2, x, "last")
	end
	eq(tail(), "last")
end)

test("closing: what is no closable value says so", function()
	err("variable 'x' got a non-closable value", function() local x <close> = {} return x end)
	T.errfind("metamethod 'close'", function()
		local mt = {__close = print}
		local x <close> = setmetatable({}, mt)
		mt.__close = nil
		return 1, x
	end)
	local ok = pcall(function() for _ in next, {}, nil, 5 do end end)
	eq(ok, false)
end)

test("a hook that yields, counts, closes, or ends its coroutine", function()
	local co
	co = coroutine.create(function()
		debug.sethook(function() pcall(coroutine.close, co) end, "l")
		local x = 1
		debug.sethook()
		return x
	end)
	vals("true, 1", coroutine.resume(co))
	local lines = 0
	co = coroutine.create(function(...)
		local a, b = ...
		return a, b
	end)
	debug.sethook(co, function() lines = lines + 1 error("hook", 0) end, "crl", 1)
	vals('false, "hook"', coroutine.resume(co, 1, 2))
	eq(lines, 1)
	debug.sethook(function() collectgarbage() end, "crl", 1)
	local function v(...) local t = {...} return select("#", ...), #t, ... end
	local r = {v(1, nil, 3)}
	debug.sethook()
	vals("3, 1, 3", r[1], r[3], r[5])
	debug.sethook(function() debug.sethook() local t = {} for i = 1, 200 do t[i] = i end
		return table.unpack(t) end, "c")
	eq(v(), 0)
end)

test("a line hook survives functions without line information, and errors", function()
	local n = 0
	debug.sethook(function() n = n + 1 end, "l")
	pcall(load("\n\n\nlocal a = 1\n\nerror()" .. ("\n"):rep(300) .. "a = 2"))
	pcall(load(("\n"):rep(1000) .. "for i = 1, 3 do local b = i end error()"))
	debug.sethook()
	T.ok(n > 5)
end)

test("varargs: debug.getlocal with the ends of the range of numbers", function()
	local own = 1
	local function g() return own end
	local function f(...)
		local min, max = math.mininteger, math.maxinteger
		for _, n in ipairs {min, min + 1, -(1 << 31), (1 << 31) - 1, 1 << 31, -(1 << 32) - 1, max, 0} do
			local name = debug.getlocal(1, n)
			T.ok(name == nil or name == "(vararg)" or type(name) == "string")
			debug.setlocal(1, n == 1 and 200 or n, nil)
			debug.getlocal(f, n)
			pcall(debug.getupvalue, f, n)
			pcall(debug.setupvalue, g, n, nil)
			pcall(debug.upvalueid, f, n)
			pcall(debug.upvaluejoin, g, n, g, n)
		end
		return select("#", ...)
	end
	eq(f(1, 2, 3), 3)
	local co = coroutine.create(function(...) coroutine.yield(...) end)
	coroutine.resume(co, 1, 2)
	vals('"(vararg)", 2', debug.getlocal(co, 1, -2))
	eq(debug.getlocal(co, 1, -3), nil)
	coroutine.close(co)
	T.ok(not pcall(debug.getlocal, co, 1, -1))
end)

test("getinfo of a thread that just failed, closed, or never ran", function()
	local co = coroutine.create(function() local x <const> = nil return x.y.z end)
	local ok, msg = coroutine.resume(co)
	eq(ok, false)
	T.ok(type(msg) == "string" and type(debug.traceback(co, msg)) == "string")
	for level = 0, 3 do debug.getinfo(co, level, "nSltufrL") end
	coroutine.close(co)
	eq(debug.getinfo(co, 0), nil)
	eq(debug.traceback(coroutine.create(print)), "stack traceback:")
end)

test("garbage: objects that come and go while tables are traversed and grow", function()
	local mode = collectgarbage("generational")
	local t = setmetatable({}, {__mode = "k"})
	for i = 1, 300 do
		local k = {i}
		t[k] = setmetatable({k}, {__gc = function(o) t[o] = o end})
		if i % 30 == 0 then collectgarbage("step") end
	end
	collectgarbage()
	collectgarbage("incremental")
	local u = {}
	for i = 1, 300 do
		u[i] = coroutine.wrap(function(a) while true do a = coroutine.yield({a}) end end)
		u[i](i)
		if i % 50 == 0 then collectgarbage("generational") collectgarbage("step") collectgarbage("incremental") end
	end
	collectgarbage()
	eq(u[300](5)[1], 5)
	collectgarbage(mode)
end)

test("garbage: an old object gets a finalizer, a new metatable, a younger value", function()
	local mode = collectgarbage("generational")
	local old = {}
	local count = 0
	for i = 1, 100 do old[i] = {} end
	collectgarbage() collectgarbage()
	for i = 1, 100 do
		setmetatable(old[i], {__gc = function(o) count = count + #o end})
		old[i][1] = {("x"):rep(50) .. i}
		if i % 10 == 0 then collectgarbage("step") end
	end
	for i = 1, 100 do eq(old[i][1][1]:sub(-#tostring(i)), tostring(i)) end
	old = nil
	collectgarbage() collectgarbage()
	eq(count, 100)
	collectgarbage(mode)
end)

test("garbage: a collector that a finalizer turns off, or calls", function()
	local ran = 0
	setmetatable({}, {__gc = function()
		collectgarbage("stop")
		collectgarbage()
		collectgarbage("step")
		collectgarbage("generational")
		collectgarbage("incremental")
		ran = ran + 1
	end})
	collectgarbage()
	collectgarbage("restart")
	eq(ran, 1)
	eq(collectgarbage("isrunning"), true)
end)

test("garbage: keys that died are no keys, and do not stop a traversal", function()
	local t = {}
	for i = 1, 50 do t[{}] = i t["s" .. i] = i end
	local n = 0
	for k in next, t do
		t[k] = nil
		collectgarbage("step")
		n = n + 1
	end
	eq(n, 100)
	collectgarbage()
	eq(next(t), nil)
	for i = 1, 50 do t["s" .. i] = i end
	eq(t.s50, 50)
end)

test("tables: lengths and borders after elements went away", function()
	local t = {1, 2, 3, nil, 5, n = 1}
	for i = 1, 100 do t[i] = i end
	for i = 100, 51, -1 do t[i] = nil end
	eq(#t, 50)
	t[51], t[53] = 1, 1
	T.ok(#t == 51 or #t == 53)
	eq(select("#", table.unpack(t, 1, 60)), 60)
	local u = table.move(t, 1, 50, 2, {})
	eq(#u == 51 or #u == 0, true)
	u = {}
	u[math.maxinteger] = 1
	u[math.mininteger] = 2
	eq(#u, 0)
	vals("1, 2, nil", u[math.maxinteger], u[math.mininteger], u[0])
end)

test("tables: integers as keys, of every kind", function()
	local t, n = {}, 0
	for _, step in ipairs {1, 2, 255, 65535, (1 << 32) - 1, 1 << 48, -7} do
		for i = 1, 100 do t[i * step] = i * step end
	end
	for k, v in pairs(t) do
		eq(k, v)
		n = n + 1
	end
	for k in pairs(t) do
		eq(t[k], k)
		t[k] = nil
	end
	eq(next(t), nil)
	T.ok(n > 500)
end)

test("long strings as keys: by content, whatever their hash", function()
	local a, t = ("k"):rep(300), {}
	for i = 1, 60 do t[a .. i] = i end
	for i = 1, 60 do eq(t[("k"):rep(300) .. i], i) end
	eq(rawget(t, a), nil)
	for i = 1, 60 do t[("k"):rep(300) .. i] = nil end
	eq(next(t), nil)
	eq(("k"):rep(300) == a, true)
	eq(rawequal(("k"):rep(299) .. "j", a), false)
	eq(T.code("return ... == '" .. a .. "'")(("k"):rep(300)), true)
end)

test("utf8: bytes at the ends of strings and of the range", function()
	eq(utf8.len("\xc3"), nil)
	eq((utf8.len("abc\xe4")), nil)
	T.ok(not pcall(utf8.codepoint, "\xf4\x90\x80\x80"))
	eq(utf8.codepoint("\xfd\xbf\xbf\xbf\xbf\xbf", 1, 1, true), 0x7fffffff)
	T.ok(not pcall(utf8.char, 0x80000000))
	T.ok(not pcall(utf8.char, -1))
	T.ok(not pcall(function() for _ in utf8.codes("a\x80") do end end))
	T.ok(not pcall(function() for _ in utf8.codes("\xed\xa0\x80") do end end))
	local co = coroutine.wrap(function() for p, c in utf8.codes("aé") do coroutine.yield(p, c) end end)
	vals("1, 97", co())
	vals("2, 233", co())
	local f = utf8.codes("abc")
	for _, n in ipairs {math.maxinteger, math.mininteger, -1, 3, 4, 100} do pcall(f, "abc", n) end
	eq(utf8.offset("", 1), 1)
	eq(utf8.offset("", 2), nil)
end)

test("patterns: captures and classes that end too early", function()
	for _, p in ipairs {"%", "[", "[]", "[^]", "[%", "[a-", "[a-%", "%1", "(%1)", "%b", "%bx", "%f",
		"%f[", "()()%3", ("("):rep(40), "(a)%2"} do
		T.ok(not pcall(string.find, "aaa", p), p)
		T.ok(not pcall(string.gsub, "aaa", p, ""), p)
	end
	T.ok(not pcall(string.gsub, "a", "a", "%"))
	T.ok(not pcall(string.gsub, "a", "a", "%2"))
	local s = ("a"):gsub("", "%0%1")
	eq(s, "a")
	local it = ("abc"):gmatch("()", math.maxinteger)
	eq(it(), nil)
	eq(("x"):gmatch(".", math.mininteger)(), "x")
end)

test("formats: modifiers that are too long or do not fit", function()
	for _, f in ipairs {"%0100d", "%.100d", "%10q", "%1.1.1d", "%#i", "%+s", "%.3c", "%y", "%",
		"%10", "%.p", "%-"} do
		T.ok(not pcall(string.format, f, 1), f)
	end
	eq(#string.format("%99.99d", 7), 99)
	eq(#string.format("%-99s", "x"), 99)
	eq(string.format("%.20s", ("x"):rep(1000)), ("x"):rep(20))
	eq(string.format("%s", ("x"):rep(1000)), ("x"):rep(1000))
	eq(string.format("%q", math.mininteger), "0x8000000000000000")
end)

test("pack: sizes and alignments at the limits", function()
	for _, f in ipairs {"i17", "i0", "!17", "!3i4", "s0", "s17", "X", "Xz", "c", "c-1", "!16Xi17", "i99999999999999999999"} do
		T.ok(not pcall(string.pack, f, 1), f)
		T.ok(not pcall(string.unpack, f, ("\0"):rep(64)), f)
	end
	T.ok(not pcall(string.packsize, "c2147483647c2147483647"))
	T.ok(not pcall(string.unpack, "s8", "\xff\xff\xff\xff\xff\xff\xff\xff"))
	T.ok(not pcall(string.unpack, "c10", "x"))
	T.ok(not pcall(string.unpack, "z", "xyz"))
	T.ok(not pcall(string.unpack, "i4", "abcd", 6))
	T.ok(not pcall(string.pack, "z", "a\0b"))
end)

test("integers: divisions and loops at the ends of the range", function()
	local min, max = math.mininteger, math.maxinteger
	vals("1, 0", min // min, min % -1)
	eq(min // -1, min)
	eq(-min, min)
	T.ok(not pcall(T.code("return ... // 0"), min))
	T.ok(not pcall(T.code("return ... % 0"), min))
	local n = 0
	for _ = max - 1, max do n = n + 1 end
	for _ = min + 1, min, -1 do n = n + 1 end
	for _ = max, min, min do n = n + 1 end
	for _ = min, max, max do n = n + 1 end
	eq(n, 2 + 2 + 2 + 3)
	T.ok(not pcall(T.code("for i = 1, 2, 0 do end")))
	vals("0, 0", 1 << 64, 1 >> 64)
	vals("0, 1", 1 << min, 1 << 0)
	eq(math.abs(min), min)
end)

test("the compiler: limits of functions, and what follows them", function()
	local function names(n, f) local t = {} for i = 1, n do t[i] = f(i) end return table.concat(t, ",") end
	T.ok(not load("local " .. names(201, function(i) return "a" .. i end)))
	T.ok(load("local " .. names(200, function(i) return "a" .. i end)))
	T.ok(not load("return function(" .. names(256, function(i) return "a" .. i end) .. ") end"))
	local up = "local " .. names(150, function(i) return "a" .. i end) .. " return function() local " ..
		names(150, function(i) return "b" .. i end) .. " return function() return " ..
		names(150, function(i) return "a" .. i end) .. "," .. names(150, function(i) return "b" .. i end) .. " end end"
	T.ok(not load(up))
	local f = load("local a <const> = 1 local b <close> = nil goto e do local c = a end ::e:: ")
	T.ok(f and pcall(f))
	T.ok(not load("goto x local a ::x:: print(a)"))
	T.ok(not load("do ::l:: end goto l"))
	T.ok(not load("break"))
	T.ok(not load("local x <const> = 1 x = 2"))
	T.ok(not load("local x <const> = 1 return function() x = 2 end"))
	eq(load("local x <const> = 5 return (function() return (function() return x end)() end)()")(), 5)
	eq(#load("return {" .. ("1,"):rep(600) .. "}")(), 600)
	eq(load("local t = {} t[1], t = 2, 3 return t")(), 3)
	eq(load("local a = {} local b = a a.x, a = 1, {} return b.x")(), 1)
	eq(load("return not not nil == false, 1 .. 2 == '12', -2 ^ 2") == nil, true)
	eq(load("local a, b = 1, 2 if not (a == 1 and b == 2) then return 0 end return 1")(), 1)
	eq(load("return " .. ("a."):rep(300) .. "b") ~= nil, true)
	eq(load("local s = '' " .. ("s = s .. 'x' "):rep(300) .. "return #s")(), 300)
end)

test("messages about variables: upvalues, constants, chains", function()
	local function says(text, source)
		local ok, msg = pcall(T.code(source))
		T.ok(not ok and msg:find(text, 1, true), tostring(msg))
	end
	says("upvalue 'a'", "local a return (function() return a.x end)()")
	says("global 'nothing'", "return nothing.x")
	says("field 'y'", "local t = {} return t.y.z")
	says("method 'm'", "local t = {} return t:m()")
	says("attempt to call", "return (1)()")
	says("attempt to compare", "return {} < 1")
	says("attempt to concatenate", "return 'x' .. {}")
end)

return T.finish()
