-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.3.8: to-be-closed variables.

local T = require "tests.lang.harness"
local test, eq, err, vals = T.test, T.eq, T.err, T.vals

local log

local function guard(name, msg)
	return setmetatable({}, {__close = function(_, e)
		log = log .. name .. (e and "(" .. tostring(T.bare(e)) .. ")" or "") .. " "
		if msg then
			error(msg, 0)
		end
	end})
end

test("closed at the end of the block, in reverse order", function()
	log = ""
	do
		local a <close> = guard "a"
		local b <close> = guard "b"
		log = log .. "in "
	end
	eq(log, "in b a ")
	log = ""
	do
		local a <close> = guard "a"
		do
			local b <close> = guard "b"
		end
		local c <close> = guard "c"
	end
	eq(log, "b c a ")
end)

test("nil and false are ignored", function()
	log = ""
	do
		local a <close> = nil
		local b <close> = false
		local c <close> = guard "c"
		local d <close>
	end
	eq(log, "c ")
end)

test("closed by break, goto and return", function()
	log = ""
	for i = 1, 3 do
		local a <close> = guard("a" .. i)
		if i == 2 then break end
	end
	eq(log, "a1 a2 ")
	log = ""
	do
		local i = 1
		::again::
		local a <close> = guard("g" .. i)
		i = i + 1
		if i <= 3 then goto again end
	end
	eq(log, "g1 g2 g3 ")
	log = ""
	do
		do
			local a <close> = guard "x"
			goto out
		end
		::out::
		log = log .. "out "
	end
	eq(log, "x out ")
	log = ""
	local function f()
		local a <close> = guard "r"
		return log .. "value", 2
	end
	vals('"value", 2', f())
	eq(log, "r ")
	log = ""
	while true do
		local a <close> = guard "w"
		break
	end
	repeat
		local a <close> = guard "p"
	until true
	eq(log, "w p ")
end)

test("results are evaluated before closing", function()
	local t = {v = 1}
	local function f()
		local a <close> = setmetatable({}, {__close = function() t.v = 2 end})
		return t.v
	end
	vals("1, 2", f(), t.v)
	local function g(...)
		local a <close> = guard "g"
		return ...
	end
	vals("1, nil, 3, nil", g(1, nil, 3, nil))
	local function many()
		local a <close> = guard "m"
		return table.unpack({}, 1, 150)
	end
	eq(select("#", many()), 150)
end)

test("a call in return position is not a tail call", function()
	log = ""
	local function inner()
		log = log .. "inner "
		return 1
	end
	local function f()
		local a <close> = guard "a"
		return inner()
	end
	eq(f(), 1)
	eq(log, "inner a ")
end)

test("errors close with the error object", function()
	log = ""
	vals('false, "boom"', pcall(function()
		local a <close> = guard "a"
		local b <close> = guard "b"
		error("boom", 0)
	end))
	eq(log, "b(boom) a(boom) ")
	log = ""
	local obj = {}
	local _, e = pcall(function()
		local a <close> = setmetatable({}, {__close = function(_, x)
			log = tostring(x == obj)
		end})
		error(obj)
	end)
	eq(e, obj)
	eq(log, "true")
	log = ""
	pcall(function()
		local a <close> = guard "n"
		error(nil)
	end)
	eq(log, "n ")
end)

test("an error while closing replaces the error", function()
	log = ""
	vals('false, "from a"', pcall(function()
		local a <close> = guard("a", "from a")
		local b <close> = guard("b", "from b")
		local c <close> = guard "c"
		error("first", 0)
	end))
	eq(log, "c(first) b(first) a(from b) ")
	log = ""
	vals('false, "from b"', pcall(function()
		local a <close> = guard "a"
		local b <close> = guard("b", "from b")
		return 1
	end))
	eq(log, "b a(from b) ")
end)

test("values without a __close are refused at once", function()
	err("variable 'x' got a non-closable value", function()
		local x <close> = {}
	end)
	err("variable 'y' got a non-closable value", function()
		local y <close> = 34
	end)
	err("variable 'z' got a non-closable value", function()
		local z <close> = setmetatable({}, {})
	end)
	err("variable 's' got a non-closable value", function()
		local s <close> = "string"
	end)
	err("variable 'b' got a non-closable value", function()
		local b <close> = true
	end)
	log = ""
	err("variable 'b' got a non-closable value", function()
		local a <close> = guard "a"
		local b <close> = print
	end)
	eq(log, "a(variable 'b' got a non-closable value) ")
end)

test("a __close that is removed or no function", function()
	local mt = {__close = function() end}
	err("attempt to call a nil value (metamethod 'close')", function()
		local x <close> = setmetatable({}, mt)
		mt.__close = nil
	end)
	err("attempt to call a number value (metamethod 'close')", function()
		local x <close> = setmetatable({}, {__close = 5})
	end)
end)

test("a __close may be any callable value", function()
	local n = 0
	local callable = setmetatable({}, {__call = function(_, o, e)
		n = n + 1
		eq(e, nil)
		eq(type(o), "table")
	end})
	do
		local x <close> = setmetatable({}, {__close = callable})
	end
	eq(n, 1)
end)

test("a closed variable is still readable inside its handler", function()
	local seen
	do
		local x
		local up = "kept"
		local g <close> = setmetatable({}, {__close = function() seen = up end})
	end
	eq(seen, "kept")
end)

test("coroutines: closing by yield in __close, and by coroutine.close", function()
	log = ""
	local co = coroutine.wrap(function()
		local a <close> = setmetatable({}, {__close = function()
			coroutine.yield("closing")
			log = log .. "closed "
		end})
		return "result"
	end)
	eq(co(), "closing")
	eq(co(), "result")
	eq(log, "closed ")
	log = ""
	co = coroutine.create(function()
		local a <close> = guard "a"
		local b <close> = guard "b"
		coroutine.yield(1)
	end)
	coroutine.resume(co)
	eq(coroutine.close(co), true)
	eq(log, "b a ")
	log = ""
	co = coroutine.create(function()
		local a <close> = guard("a", "bad close")
		coroutine.yield(1)
	end)
	coroutine.resume(co)
	vals('false, "bad close"', coroutine.close(co))
	eq(coroutine.status(co), "dead")
end)

test("an error inside a coroutine closes its variables on close", function()
	log = ""
	local co = coroutine.create(function()
		local a <close> = guard "a"
		error("oops", 0)
	end)
	vals('false, "oops"', coroutine.resume(co))
	eq(log, "", "resume leaves them for inspection")
	vals('false, "oops"', coroutine.close(co))
	eq(log, "a(oops) ")
	log = ""
	local w = coroutine.wrap(function()
		local a <close> = guard "w"
		error("oops", 0)
	end)
	vals('false, "oops"', pcall(w))
	eq(log, "w(oops) ", "wrap closes before it propagates")
end)

test("loops close each turn", function()
	log = ""
	for i = 1, 3 do
		local a <close> = guard(tostring(i))
	end
	eq(log, "1 2 3 ")
	log = ""
	local function f()
		for i = 1, 3 do
			local a <close> = guard(tostring(i))
			if i == 2 then return i end
		end
	end
	eq(f(), 2)
	eq(log, "1 2 ")
end)

return T.finish()
