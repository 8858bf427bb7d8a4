-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Guards T26: calls functions of the libraries, the debug library included, with
-- arguments at random, many of them inside coroutines and from there on kept. Takes a
-- seed. What it looks for is found by the sanitizers and Lua's assertions.

local state = tonumber((...))

local function random(n)
	state = state * 6364136223846793005 + 1442695040888963407
	return (state >> 33) % n + 1
end

local functions = {}

local function collect(from)
	local names = {}
	for name, value in pairs(from) do
		if type(value) == "function" and value ~= print and value ~= require then
			names[#names + 1] = name
		end
	end
	table.sort(names)
	for _, name in ipairs(names) do
		functions[#functions + 1] = from[name]
	end
end

for _, library in ipairs {"string", "table", "utf8", "coroutine", "math", "debug", "package", "_G"} do
	collect(_G[library])
end

local strings = {
	"", "a", "%a+", "[a-z]*", "%b()", "(a)(b)%1", "%f[%a]", "l", "c", "r", "nSltufrL>",
	"collect", "step", "generational", "incremental", "b!8Xi4z s2", ("x"):rep(300), "\0", "%d",
	"%5.2s", "%q", "%x", "return ...", "error()", "@on", "__gc", "n", "4", "\xf4\x90\x80\x80", "äöü",
}

local integers = {
	0, 1, 2, -1, 3, 5, 100, math.maxinteger, math.mininteger, 1 << 31, 1 << 32, -5,
}

local function first(...)
	local x = ...
	return x, ...
end

local function body(...)
	local a, b = ...
	coroutine.yield(a)
	return b
end

local mt = {
	__index = function(_, k) return k end,
	__len = function() return 5 end,
	__call = function(...) return ... end,
	__close = function() end,
	__gc = function() end,
	__tostring = function() return "t" end,
	__lt = function() return true end,
}

local kept = {}

local makers = {
	function() end,
	function() return random(2) == 1 end,
	function() return integers[random(#integers)] end,
	function() return strings[random(#strings)] end,
	function() return functions[random(#functions)] end,
	function() return {1, 2, 3, a = 1} end,
	function() return coroutine.create(body) end,
	function() return first end,
	function() return kept[random(50)] end,
	function() return setmetatable({}, mt) end,
}

local create, resume, call = coroutine.create, coroutine.resume, pcall

for i = 1, 3000 do
	local f = functions[random(#functions)]
	local a, b, c, d = makers[random(10)](), makers[random(10)](), makers[random(10)](), makers[random(10)]()
	local ok, result, co

	local function run()
		local x, y, z = a, b, c -- luacheck: ignore
		return f(a, b, c, d)
	end

	if random(3) == 1 then
		ok, result = call(run)
	else
		co = create(run)
		ok, result = resume(co)
	end
	kept[i % 50 + 1] = random(2) == 1 and co or ok and result
end
