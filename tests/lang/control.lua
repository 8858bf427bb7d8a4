-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.3.4 and 3.3.5: while, repeat, if, goto, break, and both for loops
-- with the overflow edges of integer loops.

local T = require "tests.lang.harness"
local test, lines, eq, err = T.test, T.lines, T.eq, T.err

local max, min = math.maxinteger, math.mininteger

-- The values a loop runs through, at most 20 of them.
local function run(a, b, c)
	local out = {}
	for i = a, b, c or 1 do
		out[#out + 1] = tostring(i)
		if #out == 20 then
			out[21] = "..."
			break
		end
	end
	return table.concat(out, " ")
end

test("while", function()
	lines [[
local n = 0 while n < 5 do n = n + 1 end return n	--> 5
while false do error("x") end				-->
while nil do error("x") end				-->
local n = 0 while true do n = n + 1 if n > 3 then break end end return n	--> 4
while true do return 7 end				--> 7
local n = 0 while 0 do n = n + 1 if n == 2 then return n end end	--> 2
]]
end)

test("repeat", function()
	lines [[
local n = 0 repeat n = n + 1 until n >= 5 return n	--> 5
local n = 0 repeat n = n + 1 until true return n	--> 1
local n = 0 repeat local stop = n == 3; n = n + 1 until stop return n	--> 4
local n = 0 repeat n = n + 1 if n == 7 then break end until false return n	--> 7
local f local i = 0 repeat local x = i; f = f or function() return x end; i = i + 1 until x == 3 return f()	--> 0
]]
end)

test("if, elseif, else", function()
	lines [[
if nil then return 1 else return 2 end			--> 2
if false then return 1 elseif 0 then return 2 end	--> 2
if "" then return 1 end					--> 1
if nil then return 1 elseif nil then return 2 elseif false then return 3 else return 4 end	--> 4
if 1 == 1 and not nil then return 1 end return 2	--> 1
if not (1 < 2) then return 1 end return 2		--> 2
local x = 3 if x < 1 then return "a" elseif x < 5 then return "b" else return "c" end	--> "b"
]]
end)

test("numeric for", function()
	eq(run(1, 3), "1 2 3")
	eq(run(3, 1), "")
	eq(run(3, 1, -1), "3 2 1")
	eq(run(1, 3, -1), "")
	eq(run(1, 1), "1")
	eq(run(1, 1, -1), "1")
	eq(run(1, 10, 3), "1 4 7 10")
	eq(run(10, 1, -4), "10 6 2")
	eq(run(-3, 3, 2), "-3 -1 1 3")
	eq(run(0, -1), "")
	eq(run(1, 2, 100), "1")
	eq(run(5, 5, max), "5")
	eq(run(5, 5, min), "5")
end)

test("numeric for never overflows", function()
	eq(run(max - 2, max), "9223372036854775805 9223372036854775806 9223372036854775807")
	eq(run(max, max), "9223372036854775807")
	eq(run(min + 1, min, -1), "-9223372036854775807 -9223372036854775808")
	eq(run(min, min, -1), "-9223372036854775808")
	eq(run(min, min), "-9223372036854775808")
	eq(run(max, min), "")
	eq(run(min, max, max), "-9223372036854775808 -1 9223372036854775806")
	eq(run(max, min, min), "9223372036854775807 -1")
	eq(run(max, min, -max), "9223372036854775807 0 -9223372036854775807")
	eq(run(max - 1, max, 2), "9223372036854775806")
	eq(run(max - 5, max, 4), "9223372036854775802 9223372036854775806")
	eq(run(min + 5, min, -4), "-9223372036854775803 -9223372036854775807")
	eq(run(1, max, max), "1")
	eq(run(0, max, max), "0 9223372036854775807")
	eq(run(-1, min, min), "-1")
	eq(run(0, min, min), "0 -9223372036854775808")
	eq(run(1, max):sub(-9), "19 20 ...")
end)

test("numeric for refuses everything but integers", function()
	lines [[
for i = 1, 10, 0 do end		--! 'for' step is zero
for i = 10, 1, 0 do end		--! 'for' step is zero
for i = "1", 2 do end	--! bad 'for' initial value (number expected, got string)
for i = 1, "2" do end	--! bad 'for' limit (number expected, got string)
for i = 1, 2, "1" do end	--! bad 'for' step (number expected, got string)
for i = nil, 2 do end	--! bad 'for' initial value (number expected, got nil)
for i = 1, nil do end	--! bad 'for' limit (number expected, got nil)
for i = 1, {} do end	--! bad 'for' limit (number expected, got table)
for i = 1, 2, {} do end	--! bad 'for' step (number expected, got table)
for i = 1, 2, nil do end	--! bad 'for' step (number expected, got nil)
for i = {}, 2 do end	--! bad 'for' initial value (number expected, got table)
for i = 1, true do end	--! bad 'for' limit (number expected, got boolean)
for i = print, 1 do end	--! bad 'for' initial value (number expected, got function)
for i = "x", 2 do end	--! bad 'for' initial value (number expected, got string)
for i = 1, "2.5" do end	--! bad 'for' limit (number expected, got string)
for i = 1, "1e2" do end	--! bad 'for' limit (number expected, got string)
]]
end)

test("bounds are evaluated once, in order", function()
	local log = ""
	local function v(name, n)
		log = log .. name
		return n
	end
	local n = 0
	for _ = v("a", 1), v("b", 3), v("c", 1) do
		n = n + 1
	end
	eq(log, "abc")
	eq(n, 3)
	lines [[
local n, k = 3, 0 for i = 1, n do n = 10; k = k + 1 end return k	--> 3
local k = 0 for i = 1, 3 do i = i + 10; k = k + i end return k	--> 36
local i = "out" for i = 1, 2 do end return i		--> "out"
for i = 1, 2 do return i end				--> 1
]]
end)

test("each turn has its own control variable", function()
	local f = {}
	for i = 1, 3 do
		f[i] = function()
			i = i + 10
			return i
		end
	end
	T.vals("11, 21, 12, 13", f[1](), f[1](), f[2](), f[3]())
	local g = {}
	for k, v in pairs({a = 1, b = 2}) do
		g[k] = function() return k .. v end
	end
	T.vals('"a1", "b2"', g.a(), g.b())
end)

test("generic for", function()
	local function iter(state, control)
		if control < state then
			return control + 1, control * 2
		end
	end
	local out = ""
	for a, b in iter, 3, 0 do
		out = out .. a .. ":" .. b .. " "
	end
	eq(out, "1:0 2:2 3:4 ")
	local n = 0
	for _ in function() n = n + 1 if n < 4 then return n end end do end
	eq(n, 4)
	for a, b, c in function(_, x) if not x then return 1 end end do
		T.vals("1, nil, nil", a, b, c)
	end
	for _ in function() return false end do
		n = n + 1
		break
	end
	eq(n, 5, "only nil ends the loop")
	lines [[
for x in nil do end	--! attempt to call a nil value (for iterator 'for iterator')
for x in 5 do end	--! attempt to call a number value (for iterator 'for iterator')
for x in {} do end	--! attempt to call a table value (for iterator 'for iterator')
local t = setmetatable({}, {__call = function(self, s, c) if c < s then return c + 1 end end}) local n = 0 for i in t, 4, 0 do n = n + i end return n	--> 10
]]
end)

test("the iterator gets state and control, a fourth value is closed", function()
	local closed = 0
	local guard = setmetatable({}, {__close = function() closed = closed + 1 end})
	local function it(_, i)
		if i < 2 then return i + 1 end
	end
	for _ in it, nil, 0, guard do
		eq(closed, 0)
	end
	eq(closed, 1, "at the end")
	for _ in it, nil, 0, guard do break end
	eq(closed, 2, "at break")
	local function f()
		for i in it, nil, 0, guard do return i end
	end
	eq(f(), 1)
	eq(closed, 3, "at return")
	pcall(function()
		for _ in it, nil, 0, guard do error("x") end
	end)
	eq(closed, 4, "at an error")
	err("variable '(for state)' got a non-closable value", function()
		for _ in it, nil, 0, {} do end
	end)
end)

test("break leaves the innermost loop", function()
	local n = 0
	for _ = 1, 3 do
		for _ = 1, 3 do
			n = n + 1
			break
		end
	end
	eq(n, 3)
	n = 0
	while true do
		repeat break until false
		n = n + 1
		if n == 2 then break end
	end
	eq(n, 2)
end)

test("goto", function()
	lines [[
do goto l end ::l:: return 1				--> 1
local i = 1 ::top:: i = i * 2 if i < 100 then goto top end return i	--> 128
local n = 0 for i = 1, 5 do if i % 2 == 0 then goto continue end n = n + i ::continue:: end return n	--> 9
local n = 0 for i = 1, 3 do for j = 1, 3 do n = n + 1 if j == 2 then goto out end end end ::out:: return n	--> 2
goto done do local x end ::done:: return 3		--> 3
goto a ::b:: do return "b" end ::a:: goto b		--> "b"
local n = 0 repeat n = n + 1 if n < 3 then goto c end do return n end ::c:: until false	--> 3
local n = 0 while n < 9 do n = n + 1 if n ~= 5 then goto c end do break end ::c:: end return n	--> 5
do local x = 1 goto e; local y = 2 ::e:: end return 4	--> 4
::a:: do local function f() ::a:: return 5 end return f() end	--> 5
goto = 1	--? <name> expected near '='
]]
	local fs, i = {}, 1
	do
		::again::
		local x = i * 10
		fs[i] = function() return x end
		i = i + 1
		if i <= 3 then goto again end
	end
	T.vals("10, 20, 30", fs[1](), fs[2](), fs[3]())
end)

test("return", function()
	lines [[
return				-->
return nil			--> nil
return 1, nil, 3, nil		--> 1, nil, 3, nil
return (select(2, 1, 2, 3))	--> 2
return select(2, 1, 2, 3)	--> 2, 3
return ...			-->
do return 1 end			--> 1
]]
	local function deep(n)
		if n == 0 then return "end" end
		return deep(n - 1)
	end
	eq(deep(10000), "end", "tail calls need no stack")
	local t = setmetatable({}, {__index = {m = function(self, n)
		if n == 0 then return "end" end
		return self:m(n - 1)
	end}})
	eq(t:m(10000), "end", "tail calls of methods")
end)

return T.finish()
