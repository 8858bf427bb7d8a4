-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.3.1, 3.3.3, 3.3.7, 3.4.10 to 3.5: assignment, local variables and
-- their attributes, functions, varargs, visibility, upvalues.

local T = require "tests.lang.harness"
local test, lines, eq, vals = T.test, T.lines, T.eq, T.vals

test("multiple assignment", function()
	lines [[
local a, b = 1, 2 a, b = b, a return a, b	--> 2, 1
local a, b, c = 1 return a, b, c		--> 1, nil, nil
local a, b = 1, 2, 3 return a, b		--> 1, 2
local a, b, c = (function() return 1, 2, 3 end)() return a, b, c	--> 1, 2, 3
local a, b, c = 0, (function() return 1, 2, 3 end)() return a, b, c	--> 0, 1, 2
local a, b, c = (function() return 1, 2 end)(), 9 return a, b, c	--> 1, 9, nil
local a, b = ((function() return 1, 2 end)()) return a, b	--> 1, nil
local a = {} local i = 3 i, a[i] = i + 1, 20 return i, a[3], a[4]	--> 4, 20, nil
local t = {1, 2} t[1], t[2] = t[2], t[1] return t[1], t[2]	--> 2, 1
local a = {} a.x, a.y, a.z = 1, 2 return a.x, a.y, a.z	--> 1, 2, nil
local a = {1} local b = a a[1], a = 5, nil return b[1], a	--> 5, nil
local x, x = 1, 2 return x			--> 2
local t = {} t.a, t.a = 1, 2 return t.a == 1 or t.a == 2	--> true
]]
end)

test("all expressions are evaluated before the assignment", function()
	local log = ""
	local function v(n)
		log = log .. n
		return n
	end
	local t = setmetatable({}, {__newindex = function() log = log .. "s" end})
	t[v(1)], t[v(2)] = v(3), v(4)
	eq(log, "1234ss")
	local a, b, c = v(5), v(6), v(7)
	vals("5, 6, 7", a, b, c)
	eq(log, "1234ss567")
end)

test("block structure", function()
	lines [[
local x = 10 do local x = x; x = x + 1 end return x	--> 10
local x = 1 do local x = 2 do local x = 3 end if x ~= 2 then return "bad" end end return x	--> 1
local x = 1 local x = x + 1 return x		--> 2
local x = 1 if true then local x = 2 end return x	--> 1
local x = 1 while true do local x = 2 break end return x	--> 1
local i = 9 for i = 1, 3 do end return i	--> 9
local function f(f) return f end return f(5)	--> 5
local x = x return x				--> nil
local f = function() return f end return f()	--> nil
local function f() return f end return f() == f	--> true
do local a = 1 end return a			--> nil
]]
end)

test("globals live in _ENV", function()
	local env = {}
	T.code("x = 1 y = x + 1", env)()
	vals("1, 2", env.x, env.y)
	lines [[
local _ENV = {x = 5} return x			--> 5
local _ENV = {} x = 1 return _ENV.x, x		--> 1, 1
do local _ENV = {y = 3} end return y		--> nil
local function f(_ENV) return a + b end return f{a = 1, b = 2}	--> 3
local print, _ENV = print, nil x = 1		--! attempt to index a nil value (local '_ENV')
local _ENV <const> = {a = 7} return a		--> 7
_ENV == _G, _G._G == _G				--> true, true
local s = "" for _ENV in pairs{1} do s = s .. _ENV end return s	--> "1"
]]
	eq(T.code("_ENV = {x = 3} return x", {})(), 3)
	T.err("attempt to index a nil value (upvalue '_ENV')",
		T.code("_ENV = nil return x", {}))
end)

test("closures share and keep variables", function()
	local function counter()
		local n = 0
		return function() n = n + 1 return n end,
			function() return n end,
			function(v) n = v end
	end
	local inc, get, set = counter()
	local inc2, get2 = counter()
	inc() inc()
	inc2()
	vals("2, 1", get(), get2())
	set(10)
	vals("11, 11, 1", inc(), get(), get2())
	local fs = {}
	for i = 1, 3 do
		local j = i * 10
		fs[i] = function() j = j + 1 return i, j end
	end
	vals("1, 11", fs[1]())
	vals("1, 12", fs[1]())
	vals("3, 31", fs[3]())
	local function outer()
		local x = 1
		local function mid()
			local function inner() x = x + 1 return x end
			return inner
		end
		return mid(), function() return x end
	end
	local inner, getx = outer()
	inner()
	eq(getx(), 2)
	local k = 0
	local gs = {}
	while k < 3 do
		k = k + 1
		local v = k
		gs[k] = function() return v end
	end
	vals("1, 2, 3", gs[1](), gs[2](), gs[3]())
	local hs = {}
	local n = 0
	repeat
		local v = n
		hs[n] = function() return v end
		n = n + 1
	until v == 2
	vals("0, 2", hs[0](), hs[2]())
end)

test("varargs", function()
	lines [[
select("#", ...)				--> 0
(function(...) return ... end)(1, nil, 3, nil)	--> 1, nil, 3, nil
(function(...) return (...) end)(1, 2)		--> 1
(function(...) return (...) end)()		--> nil
(function(...) return ..., 9 end)(1, 2)		--> 1, 9
(function(...) return 9, ... end)(1, 2)		--> 9, 1, 2
(function(a, ...) return a, ... end)(1, 2, 3)	--> 1, 2, 3
(function(a, b, ...) return a, b, select("#", ...) end)(1)	--> 1, nil, 0
(function(...) local a, b, c = ... return c, b, a end)(1, 2)	--> nil, 2, 1
(function(...) local t = {...} return #t end)(1, 2, 3)	--> 3
(function(...) local t = {n = 1, ...} return t[2], t.n end)(1, 2)	--> 2, 1
(function(...) local t = {..., "x"} return #t end)(1, 2, 3)	--> 2
(function(...) return select("#", ..., ...) end)(1, 2)	--> 3
(function(...) return #{...}, ... end)(5, 6)	--> 2, 5, 6
(function(...) local function g(...) return ... end return g(...), g(...) end)(1, 2)	--> 1, 1, 2
(function(...) for i = 1, 2 do local a, b = ... if i == 2 then return a + b end end end)(3, 4)	--> 7
(function(a, ...) a = 5 return a, ... end)(1, 2)	--> 5, 2
function f() return ... end	--? cannot use '...' outside a vararg function near '...'
]]
	eq(T.code("return select('#', ...)")(nil, nil), 2, "a chunk is vararg")
	vals("1, 2", T.code("return ...")(1, 2))
	local function count(...) return select("#", ...) end
	eq(count(table.unpack({}, 1, 200)), 200)
end)

test("calls adjust arguments and results", function()
	lines [[
local function f(a, b) return a, b end return f(1)	--> 1, nil
local function f(a, b) return a, b end return f(1, 2, 3)	--> 1, 2
local function f() end return f()		-->
local function f() end return (f())		--> nil
local function f() end return f(), 1		--> nil, 1
local function f() return 1, 2 end return f(), f()	--> 1, 1, 2
local function f() return 1, 2 end return ({f(), f()})[1]	--> 1
local function f() return 1, 2 end local t = {f(), f()} return #t	--> 3
local function f() return 1, 2 end local t = {f(), (f())} return #t	--> 2
local function f() return 1, 2 end local t = {x = f()} return t.x	--> 1
local function f() return 1, 2, 3 end return math.max(f())	--> 3
local function f() return 1, 2 end return f() + f()	--> 2
local function f(...) return select("#", ...) end return f(nil, nil), f((f()))	--> 2, 1
local t = {} function t.f(x) return x end function t:g(x) return self == t, x end return t.f(1), t:g(2)	--> 1, true, 2
local t = {a = {}} function t.a.f() return 1 end function t.a:g() return self == t.a end return t.a.f(), t.a:g()	--> 1, true
("x"):rep(3), #("abc"):upper()			--> "xxx", 3
]]
end)

test("method calls evaluate the object once", function()
	local n = 0
	local obj = {m = function(self, x) return x end}
	local function get()
		n = n + 1
		return obj
	end
	eq(get():m(7), 7)
	eq(n, 1)
	vals("1, 2", (function() return obj:m(1), obj:m(2) end)())
end)

test("const variables", function()
	lines [[
local a <const> = 5 return a			--> 5
local a <const>, b <const>, c = 1, 2, 3 c = 4 return a, b, c	--> 1, 2, 4
local a <const> = {} a.x = 1 return a.x		--> 1
local a <const> = "s" return a .. "t"		--> "st"
local a <const> = nil return a			--> nil
local a <const> = true return not a		--> false
local a <const> = 1 do local a = 2; a = 3 end return a	--> 1
local a <const> = 10 local function f() return a end return f()	--> 10
local a <const> = ... return a			--> nil
local a <const> = 1; a = 2			--? attempt to assign to const variable 'a'
local a <const> = 1 local function f() a = 2 end	--? attempt to assign to const variable 'a'
local a <const>, b = 1, 2; b, a = 1, 2		--? attempt to assign to const variable 'a'
for i = 1, 2 do local a <const> = i; a = 3 end	--? attempt to assign to const variable 'a'
local a <const> = 1; for a = 1, 2 do end; local function a() end return 1	--> 1
]]
end)

test("table constructors", function()
	lines [[
#{}, #{1, 2, 3}, ({1, 2, 3})[2]			--> 0, 3, 2
local t = {1, 2, x = 3, 4} return t[1], t[3], t.x	--> 1, 4, 3
local t = {[1] = "a", "b"} return t[1]		--> "b"
local t = {["k k"] = 1, [10] = 2, [true] = 3} return t["k k"], t[10], t[true]	--> 1, 2, 3
local t = {nil, nil, 3} return t[1], t[3]	--> nil, 3
local t = {f = function(x) return x end} return t.f(2)	--> 2
local t = {1; 2; 3} return #t			--> 3
local t = {[1 + 1] = 1 + 1} return t[2]		--> 2
local t = {x = nil} return next(t)		--> nil
local t = {{1}, {2, {3}}} return t[2][2][1]	--> 3
local t = {a = 1, a = 2} return t.a		--> 2
local t = {[nil] = 1}				--! table index is nil
local t = {} t[nil] = 1				--! table index is nil
local t = {} return t[nil]			--> nil
]]
	local src = {}
	for i = 1, 200 do
		src[i] = tostring(i)
	end
	local t = T.code("return {" .. table.concat(src, ",") .. "}")()
	vals("200, 1, 51, 200", #t, t[1], t[51], t[200])
	t = T.code("local function f() return 7, 8 end return {"
		.. table.concat(src, ",") .. ", f()}")()
	vals("202, 7, 8", #t, t[201], t[202])
end)

return T.finish()
