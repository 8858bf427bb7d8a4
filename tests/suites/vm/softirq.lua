-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Every recursion and every runaway that is known to have brought a kernel down,
-- called from a timer in softirq context: each must end with an error, in time,
-- with stack to spare, and the runtime must work afterwards. Some again from a
-- hard interrupt. softirq runs it.

local T = require("tests/harness")
local linux = require("linux")
local fire = require("tests/fire")

T.start("softirq", true)

local SPARE = 3072		-- bytes of stack that must be left
local BUDGET = 10		-- ms that an entry gets; as many again to end it
local TRIES = 5			-- the machine below may be busy

local least, longest = math.maxinteger, 0

-- fires fn until it was quick enough, or too often
local function ended(fn, how)
	local result
	for _ = 1, TRIES do
		result = fire(fn, how)
		if result.ns <= 2 * BUDGET * 1000000 then
			break
		end
	end
	T.ok(result.stack >= SPARE, "only " .. result.stack .. " bytes of stack left")
	T.ok(result.ns <= 2 * BUDGET * 1000000, "took " .. result.ns // 1000 .. " us")
	least, longest = math.min(least, result.stack), math.max(longest, result.ns)
	T.eq(fire(function() return ("still alive"):rep(3) end).err, 0, "afterwards")
	return result
end

-- must end with an error, whichever
local function fails(name, fn, how)
	T.test(name, function()
		local result = ended(fn, how)
		T.eq(result.err, -linux.errno.CANCELED, result.text)
	end)
end

-- may catch its own errors, but must end
local function ends(name, fn, how)
	T.test(name, function() ended(fn, how) end)
end

-- ------------------------------------------------------------------ recursions

local function nested(before, middle, after, n)
	return before:rep(n) .. middle .. after:rep(n)
end

local gsub, format, sort, pcalls, wraps, reader

function gsub() return (("x"):gsub("x", gsub)) end
function format()
	return string.format("%s", setmetatable({}, {__tostring = format}))
end
function sort() table.sort({1, 2, 3}, sort) end
function pcalls() return select(2, assert(pcall(pcalls))) end
function wraps() return coroutine.wrap(wraps)() end
function reader() return load(reader) end

local function chain(event)
	return function()
		local t = setmetatable({}, {})
		getmetatable(t)[event] = function() return t.x, -t, t() end
		return t.x, -t, t()
	end
end

local recursions = {
	{"a plain recursion", function() local function f() return 1 + f() end return f() end},
	{"a gsub callback", gsub},
	{"string.format and __tostring", format},
	{"pcall in pcall", pcalls},
	{"coroutine.wrap in coroutine.wrap", wraps},
	{"a sort's comparison that sorts", sort},
	{"__index", chain("__index")},
	{"__unm", chain("__unm")},
	{"__call", chain("__call")},
	{"load's reader calls load", reader},
	{"nested do blocks, compiled", function() assert(load(nested("do ", "", " end", 190))) end},
	{"nested tables, compiled", function() assert(load("return " .. nested("{", "", "}", 190))) end},
	{"nested parentheses, compiled", function() assert(load("return " .. nested("(", "1", ")", 190))) end},
	{"nested functions, compiled", function() assert(load(nested("return function() ", "", " end", 190))) end},
	{"nested unary operators, compiled", function() assert(load("return " .. ("- "):rep(1000) .. "1")) end},
	{"nested concatenation, compiled", function() assert(load("return " .. ("a.."):rep(1000) .. "a")) end},
	{"a chain of __index tables", function()
		local t = {}
		for _ = 1, 3000 do t = setmetatable({}, {__index = t}) end
		return t.x
	end},
	{"a matcher's recursion", function() return (("a"):rep(3000)):find(("(a)"):rep(40) .. ".-b") end},
	{"a matcher's depth", function() return (("x"):rep(3000)):find(("x?"):rep(3000) .. "y") end},
}

-- those that compile, or catch what they did, may succeed where the stack is large
for _, case in ipairs(recursions) do
	ends("recursion: " .. case[1], case[2])
end

ends("recursion: an error in the message handler of xpcall", function()
	xpcall(error, function() error("again") end)
	local function handler() return handler() + 1 end
	xpcall(error, handler)
	local function again(m) xpcall(error, again, m) error(m) end
	xpcall(error, again, "x")
end)

ends("recursion: caught, and tried again and again", function()
	for _ = 1, 50 do
		pcall(gsub)
		pcall(wraps)
		pcall(reader)
	end
end)

-- -------------------------------------------------------------------- runaways

local function forever() while true do end end

local closing = {__close = forever}

fails("runaway: while true do end", forever)
fails("runaway: repeat, goto, for", function()
	pcall(function() repeat until false end)
	pcall(function() ::again:: goto again end)
	for _ = 1, math.maxinteger do end
end)
fails("runaway: pcall in a loop", function() while true do pcall(error) end end)
fails("runaway: a loop that pcall protects", function() while true do pcall(forever) end end)
fails("runaway: in a coroutine", function() while true do coroutine.wrap(forever)() end end)
fails("runaway: in xpcall's handler", function()
	while true do xpcall(forever, forever) end
end)
fails("runaway: in __close", function()
	while true do
		pcall(function()
			local x <close> = setmetatable({}, closing)
			error(x)
		end)
	end
end)
fails("runaway: in __gc", function()
	while true do
		setmetatable({}, {__gc = forever})
		collectgarbage()
	end
end)
fails("runaway: tail calls", function() local function f() return f() end f() end)
fails("runaway: a function that calls itself through a metatable", function()
	local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})
	while true do pcall(function() return t[1] end) end
end)
fails("runaway: patterns with ?", function()
	return string.find(("a"):rep(24), ("a?"):rep(24) .. ("a"):rep(24) .. "b")
end)
fails("runaway: patterns with -", function()
	return string.find(("a"):rep(120), ("a-"):rep(5) .. "b")
end)
fails("runaway: gmatch and gsub", function()
	while true do
		for _ in ("x"):rep(1000):gmatch(".-") do end
		(("x"):rep(1000)):gsub("", "yy")
	end
end)
ends("runaway: string.rep of nothing", function() return (""):rep(1 << 30) end)
fails("runaway: table.move", function() return table.move({}, 1, 1 << 27, 2) end)
fails("runaway: table.concat", function()
	return table.concat(setmetatable({}, {__index = function() return "" end}), "", 1, 1 << 40)
end)
fails("runaway: table.sort with a comparison that lies", function()
	local t = {}
	for i = 1, 3000 do t[i] = i end
	while true do pcall(table.sort, t, function() return true end) end
end)
fails("runaway: table.insert far from the end", function()
	local t = setmetatable({}, {__len = function() return 1 << 40 end})
	table.insert(t, 1, "x")
end)
fails("runaway: next over a table that was large", function()
	local t = {}
	for i = 1, 2000 do t["k" .. i] = i end
	for i = 1, 2000 do t["k" .. i] = nil end
	while true do next(t) end
end)
ends("runaway: table.unpack, string.byte, string.char of much", function()
	pcall(table.unpack, {}, 1, 1 << 30)
	pcall(string.byte, ("x"):rep(100000), 1, -1)
	while true do pcall(table.unpack, {}, 1, 5000) end
end)
fails("runaway: utf8 over a long string", function()
	local s = ("x"):rep(50000)
	while true do utf8.len(s) utf8.offset(s, 40000) utf8.codepoint(s, 1, 100) end
end)
fails("runaway: comparing long strings", function()
	local a, b = ("x"):rep(100000) .. "a", ("x"):rep(100000) .. "b"
	while true do local _, _ = a < b, a == b end
end)
fails("runaway: string.format, string.pack, tostring", function()
	while true do
		string.format("%99d%-99s%q", 1, "x", ("\0"):rep(1000))
		string.pack(("i16"):rep(20), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
	end
end)
fails("runaway: compiling again and again", function()
	while true do load("return " .. ("1+"):rep(200) .. "1") end
end)

-- ---------------------------------------------------------------------- memory

fails("memory: tables without end", function()
	local t
	while true do t = {t, t} end
end)
fails("memory: a string that doubles", function()
	local s = "x"
	while true do s = s .. s end
end)
fails("memory: one string of a gibibyte", function() return #("x"):rep(1 << 30) end)
ends("memory: a table of ten thousand", function()
	local t = {}
	for i = 1, 10000 do t[i] = i end
	return t[1]
end)
fails("memory: what pcall catches does not go on for ever", function()
	local t
	while true do
		pcall(function() while true do t = {t, ("x"):rep(100) .. #t} end end)
	end
end)

-- ---------------------------------------------------------- from a hard interrupt

fails("hard interrupt: while true do end", forever, "hardirq")
ends("hard interrupt: a gsub callback", gsub, "hardirq")
ends("hard interrupt: coroutine.wrap in coroutine.wrap", wraps, "hardirq")
fails("hard interrupt: tables without end", function()
	local t
	while true do t = {t, t} end
end, "hardirq")

T.test("the runtime is as good as before", function()
	T.eq(linux.schedule(10), 0)
	collectgarbage()
	T.ok(#("x"):rep(100000) == 100000)
end)

return T.finish() .. ("\n# least stack left %d bytes, longest %d us"):format(least, longest // 1000)
