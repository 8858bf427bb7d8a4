-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 2.6 and 4.5: where a coroutine may yield (pcall, metamethods,
-- iterators, __close) and where it may not.

local T = require "tests.lang.harness"
local test, eq, vals = T.test, T.eq, T.vals

local yield = coroutine.yield

-- Resume until the end: the yielded values in a string, then the results.
local function drive(fn)
	local co = coroutine.create(fn)
	local log = {}
	local r = table.pack(coroutine.resume(co))
	while coroutine.status(co) == "suspended" do
		log[#log + 1] = tostring(r[2])
		r = table.pack(coroutine.resume(co, #log * 10))
	end
	return table.concat(log, " "), table.unpack(r, 1, r.n)
end

test("across pcall", function()
	vals('"a b", true, true, 20', drive(function()
		return pcall(function()
			yield "a"
			return yield "b"
		end)
	end))
	vals('"a", true, false, "after"', drive(function()
		return pcall(function()
			yield "a"
			error("after", 0)
		end)
	end))
	vals('"a b", true, true, false, "x"', drive(function()
		return pcall(pcall, function()
			yield "a"
			yield "b"
			error("x", 0)
		end)
	end))
	vals('"1", true, true, 10', drive(function() return pcall(yield, 1) end))
end)

test("across xpcall; the handler sees the error after the yield", function()
	vals('"a", true, false, "<e>"', drive(function()
		return xpcall(function()
			yield "a"
			error("e", 0)
		end, function(m) return "<" .. m .. ">" end)
	end))
	vals('"1", true, true, 10, nil', drive(function()
		return xpcall(function(x)
			return yield(x), nil
		end, print, 1)
	end))
end)

test("inside metamethods", function()
	local mt = {}
	for event in ([[add sub mul mod idiv unm band bor bxor shl shr bnot concat len
		eq lt le call]]):gmatch("%a+") do
		mt["__" .. event] = function() return yield(event) end
	end
	mt.__index = function(_, k) return yield("index " .. k) end
	mt.__newindex = function(_, k) yield("newindex " .. k) end
	local a, b = setmetatable({}, mt), setmetatable({}, mt)
	local function run(src)
		return drive(T.code(src, {a = a, b = b}))
	end
	vals('"add", true, 10', run "return a + 1")
	vals('"add", true, 10', run "return 1 + a")
	vals('"sub", true, 10', run "return a - b")
	vals('"mul", true, 10', run "return a * 2000")
	vals('"mod", true, 10', run "return a % 3")
	vals('"idiv", true, 10', run "return a // b")
	vals('"idiv", true, 10', run "return a / b")
	vals('"idiv", true, 10', run "return 7 / a")
	vals('"unm", true, 10', run "return -a")
	vals('"band bor bxor", true, 10, 20, 30', run "return a & 1, a | 1, a ~ 1")
	vals('"shl shr bnot", true, 10, 20, 30', run "return a << 1, 1 >> a, ~a")
	vals('"concat", true, 10', run "return a .. 'x'")
	vals('"concat", true, "x10"', run "return 'x' .. a .. b")
	vals('"concat concat", true, 20', run "return (a .. 'x') .. b or a .. b")
	vals('"len", true, 10', run "return #a")
	vals('"eq", true, true', run "return a == b")
	vals('"eq", true, false', run "return a ~= b")
	vals('"lt le", true, true, true', run "return a < b, a <= 5")
	vals('"lt le", true, true, true', run "return a > b, 5 >= a")
	vals('"call", true, 10', run "return a(1)")
	vals('"index x index 1", true, 10, 20', run "return a.x, a[1]")
	vals('"index m", true', run "local f = a.m")
	vals('"newindex x newindex 1", true, 5', run "a.x = 1 a[1] = 2 return 5")
	vals('"lt", true, "yes"', run "if a < b then return 'yes' end")
	vals('"eq", true, "no"', run "if a ~= b then return 'yes' end return 'no'")
end)

test("inside iterators", function()
	vals('"it it it", true, 30', drive(function()
		local n = 0
		for i in function()
			local v = yield "it"
			if v < 30 then return v end
		end do
			n = n + i
		end
		return n
	end))
	vals('"p", true, 10', drive(function()
		local t = setmetatable({}, {__pairs = function()
			local v = yield "p"
			return function(_, k) if not k then return v end end
		end})
		for k in pairs(t) do
			return k
		end
	end))
end)

test("inside __close", function()
	vals('"in closing", true, "r"', drive(function()
		local g <close> = setmetatable({}, {__close = function() yield "closing" end})
		yield "in"
		return "r"
	end))
	vals('"c2 c1", true, 1, 2', drive(function()
		local g <close> = setmetatable({}, {__close = function() yield "c1" end})
		local h <close> = setmetatable({}, {__close = function() yield "c2" end})
		return 1, 2
	end))
	vals('"c", true, false, "e"', drive(function()
		return pcall(function()
			local g <close> = setmetatable({}, {__close = function() yield "c" end})
			error("e", 0)
		end)
	end))
	vals('"c c c", true, 3', drive(function()
		local n = 0
		for _ = 1, 3 do
			local g <close> = setmetatable({}, {__close = function() yield "c" end})
			n = n + 1
		end
		return n
	end))
end)

test("inside a tail call, a vararg function, a nested function", function()
	vals('"t", true, 10', drive(function()
		local function f() return yield "t" end
		return f()
	end))
	vals('"1", true, 1, 2, 10', drive(function()
		local function f(...)
			local v = yield(...)
			local a, b = ...
			return a, b, v
		end
		return f(1, 2)
	end))
	vals('"x", true, 10, "after"', drive(function()
		local function a() return yield "x" end
		local function b() local v = a() return v, "after" end
		return b()
	end))
end)

test("inside dofile-like functions: load's chunk, require's loader, select", function()
	vals('"chunk", true, 10', drive(function()
		return T.code("return coroutine.yield('chunk')")()
	end))
	vals('"s", true, 10', drive(function()
		return select(1, yield "s")
	end))
end)

local blocked = "attempt to yield across a C-call boundary"

local function refuses(fn)
	local _, ok, e = drive(function() return fn() end)
	eq(ok, false)
	eq(T.bare(e), blocked)
end

test("not across C functions without a continuation", function()
	refuses(function() table.sort({3, 2, 1}, yield) end)
	refuses(function() string.gsub("abc", "%w", yield) end)
	refuses(function() assert(load(function() yield() end)) end)
	refuses(function() tostring(setmetatable({}, {__tostring = yield})) end)
	refuses(function()
		table.concat(setmetatable({}, {__len = function() return 1 end, __index = yield}))
	end)
	refuses(function() table.insert(setmetatable({}, {__len = yield}), 1) end)
	refuses(function() table.unpack(setmetatable({}, {__index = yield}), 1, 2) end)
	refuses(function() string.format("%s", setmetatable({}, {__tostring = yield})) end)
end)

test("not from the main thread or outside a coroutine", function()
	if not coroutine.isyieldable() then
		T.errany({"attempt to yield from outside a coroutine", blocked}, yield, 1)
	else
		T.ok(true)
	end
end)

test("a yield in a message handler is refused", function()
	local _, ok, a, b = drive(function()
		return xpcall(error, function() return yield(1) end, "x")
	end)
	vals("true, false", ok, a)
	T.ok(b ~= nil, "some error value")
end)

test("after a refused yield the coroutine goes on", function()
	vals('"y", true, "done", false', drive(function()
		local ok = pcall(string.gsub, "a", "a", yield)
		yield "y"
		return "done", ok
	end))
end)

test("yield across nested coroutines goes to the nearest", function()
	vals('"inner1 outer", true, "done"', drive(function()
		local w = coroutine.wrap(function()
			yield "inner1"
		end)
		yield(w())
		w()
		yield "outer"
		return "done"
	end))
end)

test("errors after many yields unwind pcalls in order", function()
	vals('"1 2", true, "in:out:e"', drive(function()
		local ok, e = pcall(function()
			yield(1)
			local ok2, e2 = pcall(function()
				yield(2)
				error("e", 0)
			end)
			error((ok2 and "?" or "out:") .. e2, 0)
		end)
		return (ok and "?" or "in:") .. e
	end))
end)

return T.finish()
