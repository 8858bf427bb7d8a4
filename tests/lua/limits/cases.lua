-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Every recursion and every runaway that brings a kernel with a naive Lua in it
-- down: the tables of "measured facts" in traps.md and their relatives (T10 to
-- T13). require("tests.limits.cases") gives an array of {name, how, fn}, where
-- `how` says what must come of a call of fn:
--
--	"error"		it raises, whatever the script does about it
--	"ends"		it ends; where the stack or the memory is large it may succeed
--
-- Nothing here holds anything between two calls. A script that goes on after a
-- limit ended it writes "caught" into the machine's note.

local limits = require("limits")

local cases = {}

local function add(how, name, fn)
	cases[#cases + 1] = {name = name, how = how, fn = fn}
end

-- ------------------------------------------------------- recursion on the C stack

local function nested(before, middle, after, n)
	return before:rep(n) .. middle .. after:rep(n)
end

local function compiles(text)
	return function() assert(load(text)) end
end

local function gsub()
	return (("x"):gsub("x", gsub))
end

local function tostrings()
	return string.format("%s", setmetatable({}, {__tostring = tostrings}))
end

local function pcalls()
	return select(2, assert(pcall(pcalls)))
end

local function wraps()
	return coroutine.wrap(wraps)()
end

local function sorts()
	table.sort({1, 2, 3}, sorts)
end

local function readers()
	return assert(load(readers))
end

local function xpcalls(message)
	return xpcall(xpcalls, xpcalls, message)
end

-- an event whose handler draws the same event
local function event(name, draw)
	return function()
		local object = setmetatable({}, {})
		getmetatable(object)[name] = function() return draw(object) end
		return draw(object)
	end
end

add("error", "recursion: a Lua function", function()
	local function f() return 1 + f() end
	return f()
end)
add("error", "recursion: a gsub callback", gsub)
add("error", "recursion: string.format and __tostring", tostrings)
add("error", "recursion: pcall in pcall", pcalls)
add("error", "recursion: coroutine.wrap in coroutine.wrap", wraps)
add("error", "recursion: a comparison that sorts", sorts)
add("error", "recursion: load's reader calls load", readers)
add("ends", "recursion: an error in the message handler of xpcall", function()
	local function handler(m) error(m) end
	xpcall(error, handler, "x")
	local function deeper() return deeper() + 1 end
	xpcall(error, deeper)
end)
add("ends", "recursion: xpcall as its own message handler", xpcalls)
add("error", "recursion: __index", event("__index", function(o) return o.x end))
add("error", "recursion: __newindex", event("__newindex", function(o) o.x = 1 end))
add("error", "recursion: __call", event("__call", function(o) return 1 + o() end))
add("error", "recursion: __concat", event("__concat", function(o) return o .. "x" end))
add("error", "recursion: __unm", event("__unm", function(o) return -o end))
add("error", "recursion: __len", event("__len", function(o) return #o end))
add("error", "recursion: __lt", event("__lt", function(o) return o < 1 end))
add("error", "recursion: __eq", event("__eq", function(o) return o == setmetatable({}, getmetatable(o)) end))
add("error", "recursion: __pairs", event("__pairs", function(o) return pairs(o) end))
add("error", "recursion: __tostring", event("__tostring", function(o) return tostring(o) end))
add("error", "recursion: __index from table.concat", event("__index", function(o)
	return table.concat(o, "", 1, 1)
end))
add("ends", "recursion: __close in __close", function()
	local function closer()
		local x <close> = setmetatable({}, {__close = closer})
		return 1, x
	end
	closer()
end)
add("ends", "recursion: __gc in __gc", function()
	local function finaliser()
		setmetatable({}, {__gc = finaliser})
		collectgarbage()
	end
	finaliser()
end)
add("ends", "recursion: the error object's __tostring raises it again", function()
	local object = setmetatable({}, {})
	getmetatable(object).__tostring = function(o) return error(o) end
	error(object)
end)
add("error", "recursion: a coroutine that closes itself in the next one", function()
	local function f()
		local co = coroutine.create(f)
		local x <close> = setmetatable({}, {__close = function() assert(coroutine.close(co)) end})
		assert(coroutine.resume(co))
		return x
	end
	return f()
end)
add("ends", "recursion: a hook in a hook", function()
	local function hook() debug.sethook(hook, "crl") local _ = #tostring(1) end
	debug.sethook(hook, "crl")
	for _ = 1, 50 do tostring(1) end
	debug.sethook()
end)
add("error", "recursion: a traceback at the end of the stack", function()
	local function f() return 1 + f() end
	error(select(2, xpcall(f, debug.traceback)), 0)
end)
add("ends", "recursion: caught, and tried again fifty times", function()
	for _ = 1, 50 do
		pcall(gsub)
		pcall(wraps)
		pcall(readers)
	end
end)

add("ends", "recursion: 190 do blocks, compiled", compiles(nested("do ", "", " end", 190)))
add("ends", "recursion: 190 tables, compiled", compiles("return " .. nested("{", "", "}", 190)))
add("ends", "recursion: 190 parentheses, compiled", compiles("return " .. nested("(", "1", ")", 190)))
add("ends", "recursion: 95 functions, compiled", compiles(nested("return function() ", "", " end", 95)))
add("ends", "recursion: 190 loops, compiled", compiles(nested("while x do ", "", " end", 190)))
add("error", "recursion: 10,000 parentheses, compiled", compiles("return " .. nested("(", "1", ")", 10000)))
add("ends", "recursion: 10,000 signs, compiled", compiles("return " .. ("- "):rep(10000) .. "1"))
add("ends", "recursion: 5,000 concatenations, compiled", compiles("return " .. ("a.."):rep(5000) .. "a"))
add("ends", "recursion: 5,000 calls in a row, compiled", compiles("return f" .. ("{}"):rep(5000)))
add("ends", "recursion: a chain of 3,000 __index tables", function()
	local t = {}
	for _ = 1, 3000 do t = setmetatable({}, {__index = t}) end
	return t.x
end)
add("ends", "recursion: a pattern of 3,000 optional items", function()
	return (("x"):rep(3000)):find(("x?"):rep(3000) .. "y")
end)
add("error", "recursion: a pattern of 40 captures", function()
	return (("a"):rep(3000)):find(("(a)"):rep(40) .. ".-b")
end)

-- ------------------------------------------------------------------------ runaways

local function forever()
	while true do end
end

local function unending(f, ...)
	while true do pcall(f, ...) end
end

-- a sequence that has no end
local function long(value)
	return setmetatable({}, {
		__len = function() return 1 << 40 end,
		__index = function() return value end,
		__newindex = function() end,
	})
end

add("error", "runaway: while true do end", forever)
add("error", "runaway: repeat until false", function() repeat until false end)
add("error", "runaway: goto", function() ::again:: goto again end)
add("error", "runaway: for 1, maxinteger", function() for _ = 1, math.maxinteger do end end)
add("error", "runaway: a generic for", function()
	for _ in function() return true end do end
end)
add("error", "runaway: tail calls", function()
	local function f() return f() end
	return f()
end)
add("error", "runaway: pcall of the loop, in a loop", function() unending(forever) end)
add("error", "runaway: pcall of an error, in a loop", function() unending(error) end)
add("error", "runaway: pcall of a recursion, in a loop", function() unending(gsub) end)
add("error", "runaway: in coroutines, in a loop", function()
	while true do coroutine.resume(coroutine.create(forever)) end
end)
add("error", "runaway: in coroutine.wrap, under pcall", function()
	while true do pcall(coroutine.wrap(forever)) end
end)
add("error", "runaway: yields for ever", function()
	local co = coroutine.wrap(function() while true do coroutine.yield() end end)
	while true do co() end
end)
add("error", "runaway: in xpcall's message handler", function()
	while true do xpcall(error, forever) end
end)
add("error", "runaway: xpcall of the loop, with the loop as handler", function()
	while true do xpcall(forever, forever) end
end)
add("error", "runaway: in __close", function()
	local x <close> = setmetatable({}, {__close = forever})
	return forever(x)
end)
add("error", "runaway: __close under pcall, in a loop", function()
	while true do
		pcall(function()
			local x <close> = setmetatable({}, {__close = forever})
			error(x)
		end)
	end
end)
add("error", "runaway: in coroutine.close", function()
	while true do
		local co = coroutine.create(function()
			local x <close> = setmetatable({}, {__close = forever})
			coroutine.yield(x)
		end)
		coroutine.resume(co)
		coroutine.close(co)
	end
end)
add("error", "runaway: in __gc", function()
	while true do
		setmetatable({}, {__gc = forever})
		collectgarbage()
	end
end)
add("error", "runaway: in a debug hook", function()
	debug.sethook(forever, "l")
	local x = 1
	return x
end)
add("error", "runaway: a debug hook that eats errors", function()
	debug.sethook(function() pcall(error) end, "", 1)
	unending(forever)
end)
add("error", "runaway: patterns with ?", function()
	unending(string.find, ("a"):rep(24), ("a?"):rep(24) .. ("a"):rep(24) .. "b")
end)
add("error", "runaway: one find with ?", function()
	return string.find(("a"):rep(24), ("a?"):rep(24) .. ("a"):rep(24) .. "b")
end)
add("error", "runaway: one find with -", function()
	return string.find(("a"):rep(120), ("a-"):rep(5) .. "b")
end)
add("error", "runaway: one find with *", function()
	return string.find(("a"):rep(3000), ("a*"):rep(12) .. "b")
end)
add("error", "runaway: a large set", function()
	unending(string.find, ("x"):rep(20000), "[" .. ("a"):rep(20000) .. "]")
end)
add("error", "runaway: %b", function() unending(string.find, ("("):rep(20000), "%b()") end)
add("error", "runaway: a back reference", function()
	unending(string.find, ("a"):rep(20000), "(a+)%1b")
end)
add("error", "runaway: plain find", function()
	unending(string.find, ("a"):rep(60000), ("a"):rep(30000) .. "b", 1, true)
end)
add("error", "runaway: gsub of nothing", function()
	unending(string.gsub, ("x"):rep(20000), "", "yy")
end)
add("error", "runaway: gmatch", function()
	while true do
		for _ in ("x"):rep(1000):gmatch(".-") do end
	end
end)
add("ends", "runaway: string.rep of nothing", function() return (""):rep(1 << 30) end)
add("error", "runaway: string.rep of little", function() unending(string.rep, "ab", 20000, ",") end)
add("error", "runaway: upper, lower, reverse, byte", function()
	local s = ("x"):rep(60000)
	while true do
		local _ = s:upper():lower():reverse()
		pcall(string.byte, s, 1, -1)
	end
end)
add("error", "runaway: table.move", function() return table.move({}, 1, 1 << 27, 2) end)
add("error", "runaway: table.move with events", function()
	return table.move(long("x"), 1, 1 << 39, 2, long("x"))
end)
add("error", "runaway: table.concat", function() return table.concat(long(""), "", 1, 1 << 40) end)
add("error", "runaway: table.insert far from the end", function() table.insert(long("x"), 1, "x") end)
add("error", "runaway: table.remove far from the end", function() table.remove(long("x"), 1) end)
add("ends", "runaway: table.unpack of much", function() return table.unpack({}, 1, 1 << 30) end)
add("error", "runaway: table.unpack in a loop", function() unending(table.unpack, {}, 1, 5000) end)
add("error", "runaway: table.sort with a comparison that lies", function()
	local t = {}
	for i = 1, 2000 do t[i] = i end
	unending(table.sort, t, function() return true end)
end)
add("error", "runaway: next over what was large", function()
	local t = {}
	for i = 1, 2000 do t["k" .. i] = i end
	for i = 1, 2000 do t["k" .. i] = nil end
	while true do next(t) end
end)
add("error", "runaway: the length of a table with holes", function()
	local t = {}
	for i = 1, 2000 do t[i] = i end
	while true do local _ = #t end
end)
add("error", "runaway: comparing long strings", function()
	local a, b = ("x"):rep(60000) .. "a", ("x"):rep(60000) .. "b"
	while true do local _, _ = a < b, a == b end
end)
add("error", "runaway: long strings as keys", function()
	local t = {}
	while true do t[("x"):rep(60000) .. "y"] = 1 end
end)
add("error", "runaway: utf8", function()
	local s = ("x"):rep(60000)
	while true do
		utf8.len(s)
		utf8.offset(s, 40000)
		pcall(utf8.codepoint, s, 1, -1)
		for _ in utf8.codes(s) do end
	end
end)
add("error", "runaway: string.format", function()
	unending(string.format, "%99d%-99s%q", 1, "x", ("\0"):rep(1000))
end)
add("error", "runaway: string.pack and unpack", function()
	while true do
		local s = string.pack(("i16"):rep(8), 1, 2, 3, 4, 5, 6, 7, 8)
		string.unpack(("i16"):rep(8), s)
		pcall(string.packsize, ("b"):rep(20000))
	end
end)
add("error", "runaway: compiling", function()
	while true do load("return " .. ("1+"):rep(200) .. "1") end
end)
add("error", "runaway: a reader that gives blanks for ever", function()
	unending(load, function() return " " end)
end)
add("error", "runaway: a reader that gives a comment for ever", function()
	local first = true
	load(function()
		local s = first and "--[[" or "x"
		first = false
		return s
	end)
	error("ended")
end)
add("error", "runaway: collectgarbage", function()
	while true do
		collectgarbage()
		collectgarbage("step", 1000)
		collectgarbage("count")
	end
end)
add("error", "runaway: select, tostring, tonumber, rawequal", function()
	local digits = ("9"):rep(10000)
	while true do
		select("#", table.unpack({}, 1, 200))
		tostring({})
		tonumber(digits, 36)
	end
end)

-- ------------------------------------------------------- what nothing may swallow

local function caught()
	limits.note("caught")
end

local function closing(f)
	return setmetatable({}, {__close = f})
end

add("error", "swallowed by pcall", function()
	pcall(forever)
	caught()
end)
add("error", "swallowed by pcall in pcall in pcall", function()
	pcall(pcall, pcall, forever)
	caught()
end)
add("error", "swallowed by xpcall, seen by its handler", function()
	xpcall(forever, caught)
	caught()
end)
add("error", "swallowed by coroutine.resume", function()
	coroutine.resume(coroutine.create(forever))
	caught()
end)
add("error", "swallowed by coroutine.wrap under pcall", function()
	pcall(coroutine.wrap(function() pcall(coroutine.wrap(forever)) caught() end))
	caught()
end)
add("error", "swallowed by coroutine.close", function()
	local co = coroutine.create(function()
		local x <close> = closing(forever)
		coroutine.yield(x)
	end)
	coroutine.resume(co)
	coroutine.close(co)
	caught()
end)
add("error", "swallowed by __close", function()
	local x <close> = closing(function() for _ = 1, 100000 do end caught() end)
	return forever(x)
end)
add("error", "swallowed by __close that raises", function()
	local x <close> = closing(error)
	pcall(function() local y <close> = closing(error) forever(y) end)
	caught()
	return x
end)
add("error", "swallowed by __gc", function()
	setmetatable({}, {__gc = function() pcall(forever) caught() end})
	collectgarbage()
	caught()
	forever()
end)
add("error", "swallowed by gsub, sort, load, concat", function()
	pcall(string.gsub, "x", "x", forever)
	pcall(table.sort, {1, 2, 3}, forever)
	pcall(load, forever)
	pcall(table.concat, setmetatable({}, {__index = forever}), "", 1, 2)
	caught()
end)
add("error", "swallowed by require", function()
	package.preload.endless = forever
	pcall(require, "endless")
	caught()
end)
add("error", "swallowed by a debug hook", function()
	debug.sethook(function() pcall(forever) end, "", 1)
	for _ = 1, 1000 do end
	caught()
end)
add("error", "swallowed by error objects", function()
	pcall(error, setmetatable({}, {__tostring = forever}))
	pcall(tostring, setmetatable({}, {__tostring = forever}))
	caught()
end)

-- -------------------------------------------------------------------------- memory

add("error", "memory: tables without end", function()
	local t
	while true do t = {t, t} end
end)
add("error", "memory: a string that doubles", function()
	local s = "x"
	while true do s = s .. s end
end)
add("error", "memory: one string of a gibibyte", function() return #("x"):rep(1 << 30) end)
add("error", "memory: one table of a gibibyte", function() return table.pack(table.unpack({}, 1, 1 << 26)) end)
add("error", "memory: pcall around it, in a loop", function()
	local t
	while true do
		pcall(function() while true do t = {t, ("x"):rep(100) .. tostring(t)} end end)
	end
end)
add("error", "memory: a string of a gibibyte under pcall, in a loop", function()
	unending(string.rep, "x", 1 << 30)
end)
add("error", "memory: coroutines without end", function()
	local t
	while true do t = {t, coroutine.create(forever)} end
end)
add("error", "memory: source without end", function()
	load(function() return "x=" .. ("x"):rep(1000) .. " " end)
	error("ended")
end)
add("error", "memory: results without end", function()
	local function f(...) return f("x", ...) end
	return f()
end)
add("ends", "memory: a table of ten thousand entries", function()
	local t = {}
	for i = 1, 10000 do t[i] = i end
	for i = 1, 10000 do t["k" .. i % 100] = i end
	assert(#t == 10000)
end)

return cases
