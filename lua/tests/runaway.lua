-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
-- luacheck: ignore 211 212 213 241 311 511 512 541 542 631
--
-- Guards T12: what would run for ever, or for hours, or for seconds inside one C
-- function. Given the name of a case: runs it, and only the time limit may end it.
-- Without one: prints the names. One case a line, so that they can be compared.

local cases = {}

cases["while"] = function() while true do end end
cases["repeat"] = function() repeat until false end
cases["for"] = function() for i = 1, math.maxinteger do end end
cases["goto"] = function() ::a:: goto a end
function cases.condgoto() local x = 1 ::a:: if x then goto a end end
function cases.tail() local function f() return f() end return f() end
function cases.pairs() while true do for k in pairs(_G) do end end end
function cases.find1() return string.find(("a"):rep(24), ("a?"):rep(24)..("a"):rep(24).."b") end
function cases.find2() return string.find(("a"):rep(120), ("a-"):rep(5).."b") end
function cases.move() return table.move({}, 1, 1 << 27, 2) end
function cases.move2() return table.move(setmetatable({}, {__index = function() return nil end}), 1, 1 << 60, 2) end
function cases.insert() return table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 1) end
function cases.remove() return table.remove(setmetatable({}, {__len = function() return 1 << 60 end}), 1) end
function cases.concat() return table.concat(setmetatable({}, {__index = function() return "" end}), "", 1, 1 << 60) end
function cases.sort() return table.sort(setmetatable({}, {__len = function() return (1 << 31) - 2 end, __index = function() return 1 end, __newindex = function() end})) end
function cases.next() local t = {} for i = 1, 1 << 20 do t[i] = i end for i = 1, 1 << 20 do t[i] = nil end while true do next(t) end end
function cases.nexthash() local t = {} for i = 1, 1 << 16 do t["x" .. i] = i end for i = 1, 1 << 16 do t["x" .. i] = nil end while true do next(t) end end
function cases.plainfind() local a = ("a"):rep(1000000) return a:find(("a"):rep(500000) .. "b", 1, true) end
function cases.loadcomment() local s = ("x"):rep(100000) local n = 0 return load(function() n = n + 1 return n == 1 and "--[==[" or s end) end
function cases.loadspace() local s = (" "):rep(100000) return load(function() return s end) end
function cases.gsub() return string.gsub(("x"):rep(1 << 22), ".-", function() while true do end end) end
function cases.gsub2() local s = ("x"):rep(1 << 16) while true do s:gsub("x*y", "") end end
function cases.gmatch() while true do for w in ("x"):rep(1 << 16):gmatch("x*y") do end end end
function cases.class() return string.find(("a"):rep(1 << 20), "[" .. ("b"):rep(1 << 20) .. "]") end
function cases.classend() return string.find(("a"):rep(1 << 18), "[" .. ("b"):rep(1 << 20) .. "a]-c") end
function cases.balance() return string.find(("("):rep(1 << 20), "%b()") end
function cases.backref() return string.find(("a"):rep(1 << 20), "(a*)%1b") end
function cases.format() local f = ("x"):rep(1 << 20) while true do string.format(f) end end
function cases.formatq() local f = ("\n"):rep(1 << 20) while true do string.format("%q", f) end end
function cases.pack() local f = ("b"):rep(1 << 16) while true do pcall(string.pack, f) end end
function cases.packsize() local f = ("b"):rep(1 << 20) while true do string.packsize(f) end end
function cases.packc() return string.pack("c2147483647", "") end
function cases.unpack() local f = ("x"):rep(1 << 20) local d = ("x"):rep(1 << 20) while true do string.unpack(f, d) end end
function cases.utf8len() local s = ("ä"):rep(1 << 20) while true do utf8.len(s) end end
function cases.utf8offset() local s = ("ä"):rep(1 << 20) while true do utf8.offset(s, 1 << 19) end end
function cases.callchain() local mt = {} local t = setmetatable({}, mt) mt.__call = t return t() end
function cases.indexchain() local t = {} for i = 1, 1900 do t = setmetatable({}, {__index = t}) end while true do local x = t.x end end
function cases.strcmp() local a, b = ("a"):rep(1 << 20) .. "a", ("a"):rep(1 << 20) .. "b" while true do local x = a < b end end
function cases.streq() local a, b = ("a"):rep(1 << 20) .. "a", ("a"):rep(1 << 20) .. "b" while true do local x = a == b or rawequal(a, b) end end
function cases.concat2() local a = ("a"):rep(1 << 20) while true do local b = a .. "x" end end
function cases.reverse() local a = ("a"):rep(1 << 20) while true do local b = a:reverse():upper():lower() end end
function cases.byte() local a = ("a"):rep(45000) while true do local b = a:byte(1, -1) end end
function cases.select() local function f(...) while true do local n = select("#", ...) local a = select(2, ...) end end f(table.unpack({}, 1, 10000)) end
function cases.vararg() local function f(...) local a = ... return f(...) end return f(table.unpack({}, 1, 10000)) end
function cases.coroutine() while true do coroutine.wrap(function() for i = 1, 1000 do coroutine.yield() end end)() end end
function cases.coro2() coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)() end
function cases.pcalls() while true do pcall(function() while true do end end) end end
function cases.xpcalls() while true do xpcall(function() while true do end end, function() while true do end end) end end
function cases.close() while true do pcall(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end end) end end
function cases.copcall() local co = coroutine.create(function() while true do pcall(function() while true do end end) end end) while true do coroutine.resume(co) co = coroutine.create(function() while true do end end) end end
function cases.coclose() while true do local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co) end end
function cases.gc() local mt = {__gc = function() while true do end end} while true do setmetatable({}, mt) end end
function cases.gcatclose() setmetatable({}, {__gc = function() while true do end end}) while true do end end
function cases.hook() debug.sethook(function() while true do end end, "l") while true do end end
function cases.errors() while true do pcall(error) end end
function cases.typeerror() while true do pcall(function() local x = nil + 1 end) end end
function cases.bigtypeerror() local f = load("local x " .. ("x=1 "):rep(100000) .. " return x.y.z") while true do pcall(f) end end
function cases.traceback() local function r(n) if n == 0 then while true do debug.traceback() end end return 1 + r(n - 1) end return r(10000) end
function cases.getinfo() local function r(n) if n == 0 then while true do debug.getinfo(9999) end end return 1 + r(n - 1) end return r(10000) end
function cases.searchpath() return package.searchpath(("a."):rep(1 << 16), ("?;"):rep(1 << 16)) end
function cases.requireloop() while true do pcall(require, "nonesuch") end end
function cases.tostring() while true do tostring(1) end end
function cases.metaeq() local mt = {__eq = function() while true do end end} return setmetatable({}, mt) == setmetatable({}, mt) end
function cases.collect() while true do collectgarbage() end end
function cases.resize() while true do local t = {} for i = 1, 100000 do t[i] = i end end end
function cases.max() local t = {table.unpack({}, 1, 1)} for i = 1, 45000 do t[i] = i end while true do math.max(table.unpack(t)) end end
function cases.reader() while true do load(function() return "local x = 1 " end) end end
function cases.rep() while true do string.rep("", 1 << 30) end end
function cases.repsep() while true do string.rep("", 1 << 20, "x") end end
function cases.utf8codes() local s = ("\x80"):rep(1 << 20) while true do pcall(utf8.offset, s, 0, 1 << 20) end end

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

cases[name]()
error("it ended by itself")
