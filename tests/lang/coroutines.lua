-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 2.6 and 6.2: coroutines and every function of the library.

local T = require "tests.lang.harness"
local test, lines, eq, vals, err = T.test, T.lines, T.eq, T.vals, T.err

test("the library is complete", function()
	local names = {}
	for k, v in pairs(coroutine) do
		eq(type(v), "function")
		names[#names + 1] = k
	end
	table.sort(names)
	eq(table.concat(names, " "),
		"close create isyieldable resume running status wrap yield")
end)

test("values go in and out", function()
	local co = coroutine.create(function(a, b)
		local c, d = coroutine.yield(a + b, a - b)
		local e = coroutine.yield(c * d)
		return "end", e
	end)
	vals("true, 7, 3", coroutine.resume(co, 5, 2))
	vals("true, 12", coroutine.resume(co, 3, 4))
	vals('true, "end", nil', coroutine.resume(co))
	vals('false, "cannot resume dead coroutine"', coroutine.resume(co))
	co = coroutine.create(function(...) return select("#", ...), ... end)
	vals("true, 3, nil, nil, nil", coroutine.resume(co, nil, nil, nil))
	co = coroutine.create(function() return coroutine.yield() end)
	vals("true", coroutine.resume(co))
	vals("true, 1, nil", coroutine.resume(co, 1, nil))
	co = coroutine.wrap(function() return table.unpack({}, 1, 100) end)
	eq(select("#", co()), 100)
end)

test("status", function()
	local co
	local inside, other
	co = coroutine.create(function(main)
		inside = coroutine.status(co)
		local sub = coroutine.create(function() other = coroutine.status(co) end)
		coroutine.resume(sub)
		coroutine.yield(main and coroutine.status(main))
	end)
	eq(coroutine.status(co), "suspended")
	local main, ismain = coroutine.running()
	coroutine.resume(co, main)
	vals('"running", "normal", "suspended"', inside, other, coroutine.status(co))
	coroutine.resume(co)
	eq(coroutine.status(co), "dead")
	eq(coroutine.status(main), "running")
	eq(type(ismain), "boolean")
	local failing = coroutine.create(error)
	coroutine.resume(failing)
	eq(coroutine.status(failing), "dead")
end)

test("running and isyieldable", function()
	local co
	co = coroutine.create(function()
		local me, main = coroutine.running()
		T.ok(rawequal(me, co))
		eq(main, false)
		eq(coroutine.isyieldable(), true)
		eq(coroutine.isyieldable(co), true)
	end)
	vals("true", coroutine.resume(co))
	local me = coroutine.running()
	eq(type(me), "thread")
	eq(coroutine.isyieldable(me), coroutine.isyieldable())
	eq(coroutine.isyieldable(coroutine.create(print)), true)
end)

test("errors end a coroutine and are results of resume", function()
	local co = coroutine.create(function() error("msg", 0) end)
	vals('false, "msg"', coroutine.resume(co))
	local obj = {}
	co = coroutine.create(function() error(obj) end)
	local ok, e = coroutine.resume(co)
	vals("false, true", ok, rawequal(e, obj))
	co = coroutine.create(function() local x = nil; x() end)
	ok, e = coroutine.resume(co)
	eq(T.bare(e), "attempt to call a nil value (local 'x')")
	co = coroutine.create(function() coroutine.yield() error() end)
	coroutine.resume(co)
	vals("false, nil", coroutine.resume(co))
	co = coroutine.create(5 and print)
	eq(coroutine.status(co), "suspended")
end)

test("resuming what cannot be resumed", function()
	local co
	co = coroutine.create(function() return coroutine.resume(co) end)
	vals('true, false, "cannot resume non-suspended coroutine"', coroutine.resume(co))
	local outer
	outer = coroutine.create(function()
		local sub = coroutine.create(function() return coroutine.resume(outer) end)
		return select(2, coroutine.resume(sub))
	end)
	vals('true, false', (coroutine.resume(outer)),
		(select(2, coroutine.resume(coroutine.create(function()
			return coroutine.resume((coroutine.running()))
		end)))))
	vals('false, "cannot resume non-suspended coroutine"',
		coroutine.resume((coroutine.running())))
end)

test("wrap", function()
	local gen = coroutine.wrap(function(a)
		while true do
			a = coroutine.yield(a * 2)
		end
	end)
	vals("2, 20, 40", gen(1), gen(10), gen(20))
	local w = coroutine.wrap(function() return 1, 2, 3 end)
	vals("1, 2, 3", w())
	err("cannot resume dead coroutine", w)
	w = coroutine.wrap(function() error({code = 5}) end)
	local ok, e = pcall(w)
	vals("false, 5", ok, e.code)
	w = coroutine.wrap(function() return pcall(w) end)
	vals("false", (w()))
	local out = {}
	for v in coroutine.wrap(function() for i = 1, 4 do coroutine.yield(i) end end) do
		out[#out + 1] = v
	end
	eq(table.concat(out), "1234")
end)

test("wrap adds position information to error messages", function()
	local w = coroutine.wrap(function() error("plain", 0) end)
	local function call() w() end
	local ok, e = pcall(call)
	eq(ok, false)
	T.ok(e:find("^.-:%d+: plain$") or e == "plain", e)
	local inner = coroutine.wrap(function() local t; t.x = 1 end)
	ok, e = pcall(inner)
	eq(ok, false)
	T.ok(e:find("attempt to index a nil value (local 't')", 1, true), e)
end)

test("close", function()
	local co = coroutine.create(print)
	eq(coroutine.close(co), true)
	eq(coroutine.status(co), "dead")
	eq(coroutine.close(co), true, "again")
	vals('false, "cannot resume dead coroutine"', coroutine.resume(co))
	co = coroutine.create(function() coroutine.yield() end)
	coroutine.resume(co)
	eq(coroutine.close(co), true)
	co = coroutine.create(function() error("x", 0) end)
	coroutine.resume(co)
	vals('false, "x"', coroutine.close(co))
	eq(coroutine.close(co), true, "the error is reported once")
	co = coroutine.create(function() end)
	coroutine.resume(co)
	eq(coroutine.close(co), true, "a finished one")
	co = coroutine.create(function() coroutine.close(co) end)
	local _, e = coroutine.resume(co)
	eq(T.bare(e), "cannot close a running coroutine")
	local outer
	outer = coroutine.create(function()
		local sub = coroutine.wrap(function() coroutine.close(outer) end)
		sub()
	end)
	_, e = coroutine.resume(outer)
	T.ok(e:find("cannot close a normal coroutine", 1, true), e)
	err("cannot close a running coroutine", coroutine.close, (coroutine.running()))
end)

test("arguments are checked", function()
	lines [[
coroutine.create()	--! bad argument #1 to 'create' (function expected, got no value)
coroutine.create(5)	--! bad argument #1 to 'create' (function expected, got number)
coroutine.create({})	--! bad argument #1 to 'create' (function expected, got table)
coroutine.wrap("x")	--! bad argument #1 to 'wrap' (function expected, got string)
coroutine.resume()	--! bad argument #1 to 'resume' (thread expected, got no value)
coroutine.resume(print)	--! bad argument #1 to 'resume' (thread expected, got function)
coroutine.status({})	--! bad argument #1 to 'status' (thread expected, got table)
coroutine.close(1)	--! bad argument #1 to 'close' (thread expected, got number)
coroutine.isyieldable(1)	--! bad argument #1 to 'isyieldable' (thread expected, got number)
]]
end)

test("a C function as the body", function()
	local co = coroutine.create(coroutine.yield)
	vals("true, 1, 2", coroutine.resume(co, 1, 2))
	vals("true, 3", coroutine.resume(co, 3))
	eq(coroutine.status(co), "dead")
	co = coroutine.wrap(pcall)
	vals('false, "e"', co(error, "e"))
	co = coroutine.wrap(string.rep)
	eq(co("x", 3), "xxx")
	co = coroutine.create(select)
	vals('true, 2', coroutine.resume(co, "#", 1, 2))
end)

test("each coroutine has its own stack, shared globals and upvalues", function()
	local n = 0
	local function body()
		for _ = 1, 3 do
			n = n + 1
			coroutine.yield(n)
		end
	end
	local a, b = coroutine.wrap(body), coroutine.wrap(body)
	vals("1, 2, 3, 4", a(), b(), a(), b())
end)

test("a producer, a filter and a consumer", function()
	local function producer()
		return coroutine.wrap(function()
			for word in ("one two three"):gmatch("%a+") do
				coroutine.yield(word)
			end
		end)
	end
	local function filter(src)
		return coroutine.wrap(function()
			local n = 0
			for word in src do
				n = n + 1
				coroutine.yield(n .. word)
			end
		end)
	end
	local out = {}
	for v in filter(producer()) do
		out[#out + 1] = v
	end
	eq(table.concat(out, " "), "1one 2two 3three")
end)

test("permutations by recursion and yield", function()
	local function permgen(a, n)
		if n <= 1 then
			coroutine.yield(table.concat(a))
		else
			for i = 1, n do
				a[n], a[i] = a[i], a[n]
				permgen(a, n - 1)
				a[n], a[i] = a[i], a[n]
			end
		end
	end
	local out = {}
	for p in coroutine.wrap(function() permgen({1, 2, 3}, 3) end) do
		out[#out + 1] = p
	end
	eq(table.concat(out, " "), "231 321 312 132 213 123")
end)

test("many coroutines at once", function()
	local cos = {}
	for i = 1, 500 do
		cos[i] = coroutine.wrap(function()
			local x = i
			while true do
				x = x + coroutine.yield(x)
			end
		end)
		cos[i]()
	end
	local sum = 0
	for i = 1, 500 do
		sum = sum + cos[i](1)
	end
	eq(sum, 500 * 501 // 2 + 500)
end)

return T.finish()
