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

-- work by size, done by instructions and functions without a loop of their own; `straight`
-- is code without loops and calls, which looks at no clock by itself
local function straight(line, n, ...) return assert(load("local a, b, t, f = ... local x " .. line:rep(n) .. " return x"))(...) end
function cases.keyhash() local a, t = ("a"):rep(1 << 14), {} while true do local x = t[a .. "b"] end end
function cases.keyhash2() local a, k = ("a"):rep(1 << 16), {} for i = 1, 800 do k[i] = a .. i end while true do local t = {} for i = 1, #k do local x = t[k[i]] end for i = 1, 800 do k[i] = a .. i end end end
function cases.keycompare() local a, b = ("a"):rep(1 << 20), ("a"):rep(1 << 20) local t = {[a] = 1} while true do local x = t[b] end end
function cases.keystore() local a, b = ("a"):rep(1 << 20), ("a"):rep(1 << 20) local t = {[a] = 1} while true do t[b] = 1 end end
function cases.keyraw() local a, b = ("a"):rep(1 << 20), ("a"):rep(1 << 20) local t = {[a] = 1} while true do rawget(t, b) rawset(t, b, 1) next(t, b) end end
function cases.keyself() local a = ("a"):rep(1 << 16) local t = load("local t = {} function t." .. a .. "() end return t")() local f = load("local t = ... while true do t:" .. a .. "() end") f(t) end
function cases.constant() local a = ("a"):rep(1 << 18) local f = load("local x = ... while true do if x == '" .. a .. "' then end end") f(a .. "") f(("a"):rep(1 << 18)) end
function cases.constants() local a = ("a"):rep(1 << 17) local f = load("local x, n = ... for i = 1, n do if x == '" .. a .. "' then end end") f(("a"):rep(1 << 17), 1 << 40) end
function cases.straightkey() local a, b = ("a"):rep(1 << 20), ("a"):rep(1 << 20) return straight("x = t[b] ", 4000, a, b, {[a] = 1}) end
function cases.straightstore() local a, b = ("a"):rep(1 << 20), ("a"):rep(1 << 20) return straight("t[b] = 1 ", 4000, a, b, {[a] = 1}) end
function cases.straightequal() local a, b = ("a"):rep(1 << 20), ("a"):rep(1 << 20) return straight("x = a == b ", 4000, a, b) end
function cases.straightless() local a, b = ("a"):rep(1 << 20), ("a"):rep(1 << 20) return straight("x = a < b ", 4000, a, b) end
function cases.straightconcat() local a = ("a"):rep(1 << 20) return straight("x = a .. b ", 4000, a, "b") end
function cases.straightsub() return straight("x = f(a, 2) ", 4000, ("a"):rep(1 << 20), nil, nil, string.sub) end
function cases.straightpcall() return straight("x = f(b, a, 2) ", 4000, ("a"):rep(1 << 20), string.sub, nil, pcall) end
function cases.straightbyte() return straight("f(a, 1, -1) ", 4000, ("a"):rep(40000), nil, nil, string.byte) end
function cases.miss() local a = ("a"):rep(1 << 20) while true do a:find("b", 1, true) end end
function cases.missmany() local a = ("a"):rep(1 << 20) while true do a:find("bcde") end end
function cases.nospecials() local a = ("a"):rep(1 << 20) while true do ("a"):find(a) end end
function cases.formats() local a = ("a"):rep(1 << 20) while true do string.format("%.1s", a) end end
function cases.formatzero() local a = ("a"):rep(1 << 20) .. "\0" while true do pcall(string.format, "%.1s", a) end end
function cases.packz() local a = ("a"):rep(1 << 20) .. "\0" while true do pcall(string.pack, "z", a) end end
function cases.packs() local a = ("a"):rep(1 << 20) while true do pcall(string.pack, "ssbb", a, a, 1, "") end end
function cases.unpackz() local a = ("a"):rep(1 << 20) while true do pcall(string.unpack, "z", a) end end
function cases.unpacks() local a = string.pack("s", ("a"):rep(1 << 20)) while true do string.unpack("s", a) end end
function cases.gsubrepl() local a = ("a"):rep(1 << 18) while true do pcall(string.gsub, ("b"):rep(64) .. "c", ".", {b = a, c = {}}) end end
function cases.concatbad() local a = ("a"):rep(1 << 18) local t = {} for i = 1, 64 do t[i] = a end t[65] = {} while true do pcall(table.concat, t) end end
function cases.numerals() local a = ("0"):rep(1 << 20) while true do tonumber(a) end end
function cases.numerals36() local a = ("z"):rep(1 << 20) while true do tonumber(a, 36) end end
function cases.numeralsum() local a = "0x" .. ("1"):rep(1 << 20) while true do local x = a + 1 end end
function cases.numeralint() local a = ("0"):rep(1 << 20) while true do ("x"):rep(a) math.tointeger(a) end end
function cases.chunkname() local f = load("error()", "=" .. ("a"):rep(1 << 20)) local g = load("local x = nil + 1", ("a"):rep(1 << 20)) while true do pcall(f) pcall(g) end end
function cases.threads() while true do coroutine.create(print) end end
function cases.stacks() while true do pcall(coroutine.wrap(function() return utf8.codepoint(("\xff"):rep(40000), 1, -1) end)) end end
function cases.loads() while true do load("") end end
function cases.closures() while true do local f = function() return cases end end end
function cases.finalizers() local t = {} for i = 1, 60000 do t[i] = {} end local mt = {__gc = true} while true do for i = 1, #t do setmetatable(t[i], mt) end for i = 1, #t do t[i] = {} end end end
function cases.gcmodes() local t = {} for i = 1, 60000 do t[i] = {} end while true do collectgarbage("generational") collectgarbage("incremental") end end
function cases.gcyoung() collectgarbage("generational", 256, 100) local t = {} for i = 1, 1 << 40 do t[i % 20000] = {} end end
function cases.getlocal() local f = load(("do local a end "):rep(10000) .. " while true do debug.getlocal(1, 250) end") f() end
function cases.activelines() local f = load(("x = 1\n"):rep(5000)) while true do debug.getinfo(f, "L") end end
function cases.returns() local function r(n, ...) if n == 0 then return ... end return 1, r(n - 1, ...) end local t = {} while true do pcall(r, 400, table.unpack(t, 1, 100)) end end
cases["elseif"] = function() return load("local a if a then" .. (" elseif a then"):rep(1 << 18) .. " end") end
function cases.gotos() local s = ("goto a "):rep(8000) .. "::a::" while true do load(s) end end
function cases.labels() local t = {} for i = 1, 5000 do t[i] = "::a" .. i .. "::" end t = table.concat(t) while true do load(t) end end
function cases.breaks() local s = "while true do " .. ("if a then break end "):rep(8000) .. "end" while true do load(s) end end
function cases.jumps() local s = "local a return " .. ("a and "):rep(20000) .. "a" while true do load(s) end end
function cases.collide() local m, t = ((1 << 16) - 1) * ((1 << 17) - 1), {} while true do for i = 1, 100000 do t[i * m] = i end t = {} end end
function cases.collide2() local m, t = (1 << 16) - 1, {} while true do for i = 1, 50000 do t[i * m] = i end for i = 1, 50000 do t[i * m] = nil end end end

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
