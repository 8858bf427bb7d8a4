-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
-- luacheck: ignore 211 212 213 311 511 631
--
-- Guards "un-catchable" limits: ways to swallow an error, tried on the one that
-- ends an entry. Given the name of a case: runs it; whatever it prints has
-- escaped. Without one: prints the names.

local cases = {}

local function loop()
	while true do end
end

function cases.pcall()
	pcall(loop) print("escaped")
end

function cases.xpcall()
	xpcall(loop, function() print("handler") end) print("escaped")
end

function cases.resume()
	print(coroutine.resume(coroutine.create(loop)))
end

function cases.resumep()
	print(coroutine.resume(coroutine.create(function() pcall(loop) print("in") end)))
end

function cases.wrap()
	pcall(coroutine.wrap(loop)) print("escaped")
end

function cases.close()
	local x <close> = setmetatable({}, {__close = function() print("close") end}) pcall(loop)
end

function cases.coclose()
	local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = loop}) coroutine.yield() end) coroutine.resume(co) print(coroutine.close(co))
end

function cases.gc()
	setmetatable({}, {__gc = loop}) collectgarbage() print("escaped")
end

function cases.load()
	print(load(loop))
end

function cases.sort()
	pcall(table.sort, {3, 2, 1}, loop) print("escaped")
end

function cases.require()
	package.preload.x = loop pcall(require, "x") print("escaped")
end

function cases.hook()
	debug.sethook(loop, "l")
	local x = 1
	print("escaped")
end

function cases.tostring()
	pcall(tostring, setmetatable({}, {__tostring = loop})) print("escaped")
end

function cases.nested()
	pcall(function() pcall(function() pcall(function() coroutine.wrap(function() pcall(loop) print("1") end)() end) print(2) end) print(3) end) print(4)
end

function cases.yieldpcall()
	local co = coroutine.wrap(function() pcall(function() coroutine.yield() loop() end) print("in") end) co() co() print("out")
end

function cases.xpcallhandler()
	xpcall(error, loop) print("escaped")
end

function cases.index()
	pcall(function() return setmetatable({}, {__index = loop}).x end) print("escaped")
end

function cases.memerr()
	pcall(string.rep, "x", 1 << 40) pcall(loop) print("escaped")
end

function cases.closeerr()
	pcall(function() local x <close> = setmetatable({}, {__close = function() error("x") end}) loop() end) print("escaped")
end

function cases.gcclose()
	setmetatable({}, {__gc = function() print("gc ran") end}) loop()
end

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
print("escaped")
