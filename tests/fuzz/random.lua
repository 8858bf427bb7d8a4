-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- random(seed): a source of random Lua values, the same for the same seed.
-- source:at(n) begins the n-th sequence, so a call does not depend on those before.

local Random = {}
Random.__index = Random

local INTEGERS = {
	0, 1, -1, 2, 3, 4, 7, 8, 9, 15, 16, 63, 64, 65, 127, 128, 255, 256, 257, 1023, 1024, 4095, 4096, 4097,
	32767, 32768, 65535, 65536, 1 << 20, 1 << 24, 1 << 30, (1 << 31) - 1, 1 << 31, (1 << 31) + 1,
	(1 << 32) - 1, 1 << 32, (1 << 32) + 1, 1 << 40, 1 << 62, math.maxinteger, math.maxinteger - 1,
	math.mininteger, math.mininteger + 1, -2, -8, -128, -4096, -65536, -(1 << 31), -(1 << 32),
}

local STRINGS = {
	"", "a", "\0", "%n%s%n%s%x", "a\0b", "0", "-1", "9223372036854775808", "0x10", "name", "ptr%p", "{}", "\n",
	"../../etc/passwd", "/dev/null", "nosuch", "tests/fuzz/plain", "lo", "127.0.0.1", "::1", "\255\254\253",
	(" "):rep(16), ("x"):rep(15), ("x"):rep(16), ("x"):rep(255), ("x"):rep(256), ("\0"):rep(256), ("y"):rep(4096),
	("z"):rep(65537),
}

local function nop() end

local FUNCTIONS = {
	nop,
	function() error("fuzz %n%s") end,
	function() error() end,
	function() error({}) end,
	function(...) return ... end,
	function() return math.mininteger, "", nil, {} end,
	function() collectgarbage("step") end,
	type,
}

function Random.new(seed)
	return setmetatable({seed = seed, state = 0, objects = {}, names = {}, fields = {"name"}, digest = 0}, Random)
end

-- splitmix64
function Random:next()
	self.state = self.state + 0x9E3779B97F4A7C15
	local z = self.state
	z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ~ (z >> 27)) * 0x94D049BB133111EB
	return z ~ (z >> 31)
end

function Random:at(n)
	self.digest = (self.digest ~ self.state) * 0x100000001B3
	self.state = (self.seed << 32) ~ n
	self.state = self:next()
end

function Random:range(first, last)
	return first + (self:next() >> 1) % (last - first + 1)
end

function Random:pick(list)
	return list[self:range(1, #list)]
end

function Random:boolean()
	return self:next() & 1 == 0
end

function Random:integer()
	local kind = self:range(0, 9)
	if kind < 5 then
		return self:pick(INTEGERS)
	end
	return kind < 9 and self:range(-2, 70) or self:next()
end

function Random:string()
	local s = self:pick(STRINGS)
	if self:range(0, 3) == 0 then
		s = s .. string.pack("<I8", self:next() & math.maxinteger)
	end
	return s
end

-- an object of any class, closed ones included
function Random:object()
	if #self.names == 0 then
		return nil
	end
	return self.objects[self:pick(self.names)][self:range(1, 6)]
end

local kinds

function Random:table()
	local t = {}
	for _ = 1, self:range(0, 4) do
		t[self:pick(self.fields)] = kinds[self:range(1, 12)](self)
	end
	for i = 1, self:range(0, 2) do
		t[i] = kinds[self:range(1, 12)](self)
	end
	return t
end

kinds = {
	Random.integer, Random.integer, Random.integer, Random.integer,
	Random.string, Random.string, Random.string,
	Random.boolean, nop,
	Random.object, Random.object,
	function(self) return self:pick(FUNCTIONS) end,
	Random.table, Random.table,
	function() return coroutine.create(nop) end,
	function() return require("linux").lookup end,
}

function Random:value()
	return kinds[self:range(1, #kinds)](self)
end

return Random.new
