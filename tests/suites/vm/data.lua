-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "data": every accessor at every edge, strings, and views of memory that
-- is lent for the time of a callback. data runs it.

local T = require("tests/harness")
local data = require("data")
local linux = require("linux")
local view = require("view")
local fire = require("tests/fire")

T.start("data", true)

local MIN <const>, MAX <const> = math.mininteger, math.maxinteger

-- name, bytes, signed, and what string.pack calls it
local TYPES = {
	{"byte", 1, false, "B"}, {"number", 8, true, "j"},
	{"int8", 1, true, "b"}, {"uint8", 1, false, "B"},
	{"int16", 2, true, "h"}, {"uint16", 2, false, "H"},
	{"int32", 4, true, "i4"}, {"uint32", 4, false, "I4"},
	{"int64", 8, true, "i8"}, {"uint64", 8, true, "i8"},
}

-- value as a field of so many bytes keeps it
local function wrap(value, bytes, signed)
	local bits = bytes * 8
	if bits == 64 then
		return value
	end
	value = value & (1 << bits) - 1
	return signed and value >> bits - 1 == 1 and value - (1 << bits) or value
end

T.test("a new buffer is all zeros, has its size, and is shared or private", function()
	for _, size in ipairs({1, 2, 7, 8, 4095, 4096, 4097, 100000}) do
		local d = data.new(size)
		T.eq(#d, size)
		T.eq(d:getstring(0), ("\0"):rep(size), "zeros")
		T.eq(tostring(d), ("\0"):rep(size))
		T.eq(#data.new(size, "private"), size)
		T.eq(#data.new(size, "shared"), size)
	end
end)

T.test("reused memory is zeroed as well", function()
	for _ = 1, 200 do
		data.new(512):setstring(0, ("x"):rep(512))
		collectgarbage()
		T.eq(data.new(512):getstring(0), ("\0"):rep(512))
	end
end)

for _, mode in ipairs({"shared", "private"}) do
	T.test("each type is what string.pack makes of it, " .. mode, function()
		local values = {0, 1, -1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, MAX, MIN,
			1 << 31, (1 << 31) - 1, 1 << 32, (1 << 32) - 1, 0x0123456789abcdef}
		for _, t in ipairs(TYPES) do
			local name, bytes, signed, format = table.unpack(t)
			local d = data.new(24, mode)
			local get, set = d["get" .. name], d["set" .. name]
			for _, value in ipairs(values) do
				for offset = 3, 12 do -- aligned and not
					local want = wrap(value, bytes, signed)
					d:setstring(0, ("\xaa"):rep(24))
					T.eq(set(d, offset, value), nil)
					T.eq(get(d, offset), want, name)
					T.eq(d:getstring(0), ("\xaa"):rep(offset) ..
						string.pack("=" .. format, want) ..
						("\xaa"):rep(24 - offset - bytes), name)
				end
			end
		end
	end)
end

-- around all powers of two, and the ends
local function edges()
	local list = {0, 1, -1, MIN, MAX, MIN + 1, MAX - 1}
	for k = 1, 63 do
		for _, d in ipairs({-1, 0, 1}) do
			list[#list + 1] = (1 << k) + d
			list[#list + 1] = -(1 << k) + d
		end
	end
	return list
end

T.test("an integer is inside, or out of bounds", function()
	for _, size in ipairs({1, 2, 7, 8, 9, 64}) do
		local d = data.new(size)
		for _, t in ipairs(TYPES) do
			local get, set, bytes = d["get" .. t[1]], d["set" .. t[1]], t[2]
			for _, offset in ipairs(edges()) do
				local inside = offset >= 0 and offset <= size - bytes
				local ok, message = pcall(get, d, offset)
				T.eq(ok, inside, t[1] .. " at " .. offset .. " of " .. size)
				T.ok(ok or message:find("out of bounds", 1, true), "message")
				T.eq(pcall(set, d, offset, 1), inside, "set " .. offset)
			end
		end
	end
end)

T.test("a string is inside, or out of bounds", function()
	local d = data.new(64)
	local function inside(offset, length)
		return length > 0 and offset >= 0 and offset < 64 and length <= 64 - offset
	end
	local offsets = {-1, 0, 1, 63, 64, 65, MIN, MAX}
	for _, offset in ipairs(offsets) do
		for _, length in ipairs(edges()) do
			local ok, text = pcall(d.getstring, d, offset, length)
			T.eq(ok, inside(offset, length), offset .. ", " .. length)
			T.eq(ok and #text or length, length)
			T.ok(ok or text:find("out of bounds", 1, true), "message")
		end
	end
	for _, offset in ipairs(edges()) do
		T.eq(pcall(d.getstring, d, offset), inside(offset, 1), "to the end from " .. offset)
		for _, length in ipairs({0, 1, 2, 63, 64, 65}) do
			T.eq(pcall(d.setstring, d, offset, ("x"):rep(length)), inside(offset, length),
				"set " .. offset .. ", " .. length)
		end
	end
end)

T.test("strings come back as they were, of any length", function()
	local d = data.new(20000)
	for _, size in ipairs({1, 255, 256, 257, 4095, 4096, 4097, 8192, 20000}) do
		local text = ("\0\1\2%n\255"):rep(size // 6 + 1):sub(1, size)
		d:setstring(20000 - size, text)
		T.eq(d:getstring(20000 - size), text)
		T.eq(d:getstring(20000 - size, 1), "\0")
	end
	d:setstring(0, 12)
	T.eq(d:getstring(0, 2), "12")
end)

T.test("sizes that cannot be", function()
	for _, size in ipairs({0, -1, MIN, MAX, (1 << 30) + 1, 1 << 32, (1 << 32) + 1, 1 << 62}) do
		T.errfind("size out of range", data.new, size)
	end
	T.errfind("not enough memory", data.new, 1 << 30)
	T.errfind("number expected, got no value", data.new)
	T.errfind("number expected, got table", data.new, {})
	T.errfind("invalid option 'open'", data.new, 1, "open")
end)

T.test("arguments are checked", function()
	local d = data.new(8)
	T.errfind("data expected, got", d.getbyte)
	T.errfind("data expected, got", d.getbyte, 1)
	T.errfind("data expected, got", d.setstring, require("fifo").new(1), 0, "x")
	T.errfind("number expected, got no value", d.getbyte, d)
	T.errfind("number expected, got string", d.getbyte, d, "x")
	T.errfind("number expected, got no value", d.setbyte, d, 0)
	T.errfind("string expected, got no value", d.setstring, d, 0)
	T.errfind("number expected, got table", d.getstring, d, 0, {})
	T.eq(getmetatable(d), false)
end)

for _, how in ipairs({"softirq", "hardirq"}) do
	T.test("all of it works in a " .. how, function()
		local kept = data.new(8)
		local text
		local result = fire(function()
			local d = data.new(100)
			d:setint32(0, -5)
			d:setstring(50, "abc")
			kept:setnumber(0, d:getint32(0))
			text = d:getstring(50, 3) .. #data.new(10, "private")
			T.errfind("out of bounds", d.getbyte, d, 100)
		end, how)
		T.eq(result.err, 0, result.text or "")
		T.eq(kept:getnumber(0), -5)
		T.eq(text, "abc10")
	end)
end

-- Views. The function is called with a view of bytes; what came of it.
local function lend(lender, bytes, writable)
	for _ = 1, 100 do
		lender:lend(bytes, writable)
		local err, left
		repeat
			linux.schedule(1)
			err, left = lender:result()
		until err
		if err ~= -linux.errno.BUSY then
			return err, left
		end
	end
	error("the runtime is always busy")
end

T.test("a view is memory that was lent, read and written in place", function()
	local size, text, value
	local lender <close> = view.lender(function(v)
		size, text, value = #v, tostring(v), v:getuint16(1)
		v:setbyte(0, 65)
		v:setstring(3, "xyz")
	end)
	T.vals('0, "A\\x01\\x02xyz"', lend(lender, "\0\1\2\3\4\5", true))
	T.vals('6, "\\x00\\x01\\x02\\x03\\x04\\x05"', size, text)
	T.eq(value, string.unpack("=I2", "\1\2"))
end)

T.test("its bounds are those of what was lent, each time", function()
	local results
	local lender <close> = view.lender(function(v)
		results = {pcall(v.getbyte, v, 99), pcall(v.getbyte, v, 100), pcall(v.getint64, v, 93)}
	end)
	for _, size in ipairs({100, 1, 100, 101}) do
		T.eq(lend(lender, ("x"):rep(size)), 0)
		T.eq(results[1], size >= 100)
		T.eq(results[2], size > 100)
		T.eq(results[3], size >= 101)
	end
	local length
	local none <close> = view.lender(function(v) length = #v end)
	T.eq(lend(none, ""), 0)
	T.eq(length, 0)
end)

T.test("one that is read only cannot be written", function()
	local messages = {}
	local lender <close> = view.lender(function(v)
		for _, t in ipairs(TYPES) do
			local _, message = pcall(v["set" .. t[1]], v, 0, 1)
			messages[#messages + 1] = message
		end
		local _, message = pcall(v.setstring, v, 0, "x")
		messages[#messages + 1] = message
		v:getnumber(0)
	end)
	T.vals('0, "12345678"', lend(lender, "12345678", false))
	T.eq(#messages, #TYPES + 1)
	for _, message in ipairs(messages) do
		T.ok(message:find("read only", 1, true), message)
	end
end)

-- a view that should be empty
local function empty(v)
	T.eq(#v, 0)
	T.eq(tostring(v), "")
	for _, t in ipairs(TYPES) do
		T.errfind("out of bounds", v["get" .. t[1]], v, 0)
		T.errfind("out of bounds", v["set" .. t[1]], v, 0, 1)
	end
	T.errfind("out of bounds", v.getstring, v, 0)
	T.errfind("out of bounds", v.setstring, v, 0, "x")
end

-- what one may do with a view before its callback ends
local ENDS = {
	["returns"] = function() end,
	["raises an error"] = function() error("deliberate") end,
	["never returns"] = function() while true do end end,
	["never returns, caught"] = function() pcall(function() while true do end end) end,
	["returns, in a coroutine"] = function() coroutine.wrap(function() end)() end,
	["gives it back"] = function(_, lender) lender:expire() end,
	["stops the hook"] = function(_, lender) pcall(lender.stop, lender) end,
}

for name, ending in pairs(ENDS) do
	T.test("a kept view is empty when its callback " .. name, function()
		local kept, seen
		local lender <close> = view.lender(function(v, self)
			kept, seen = v, tostring(v)
			ending(v, self)
		end)
		for _, bytes in ipairs({"first", "second one", "3"}) do
			lend(lender, bytes, true)
			T.eq(seen, bytes)
			empty(kept)
		end
	end)
end

T.test("a view kept by a coroutine, a closure and a finaliser stays empty", function()
	local resume, read, last
	local lender <close> = view.lender(function(v)
		resume = coroutine.wrap(function()
			local before = v:getbyte(0)
			coroutine.yield(before)
			return pcall(v.getbyte, v, 0)
		end)
		resume()
		read = function() return v:getbyte(0) end
		setmetatable({}, {__gc = function() last = {pcall(v.getbyte, v, 0)} end})
	end)
	T.eq(lend(lender, "abc"), 0)
	collectgarbage()
	T.eq(resume(), false)
	T.errfind("out of bounds", read)
	T.eq(last[1], false)
end)

T.test("a view that the hook moves shows the new memory, and no longer the old", function()
	local sizes, text, kept = {}, nil, nil
	local lender <close> = view.lender(function(v, self)
		kept = v
		sizes[1] = #v
		self:move(100)
		sizes[2], text = #v, v:getstring(0)
		v:setbyte(99, 1)
		self:move(2)
		sizes[3] = pcall(v.getbyte, v, 2)
	end)
	T.vals('0, "abc"', lend(lender, "abc", true))
	T.vals('3, 100, false', sizes[1], sizes[2], sizes[3])
	T.eq(text, ("\0"):rep(100))
	empty(kept)
end)

T.test("a view dropped while it is lent", function()
	local count = 0
	local lender = view.lender(function()
		collectgarbage()
		count = count + 1
	end)
	for _ = 1, 20 do
		T.eq(lend(lender, "abc"), 0)
	end
	T.eq(count, 20)
	lender:stop()
end)

T.test("lending takes no memory", function()
	local lender <close> = view.lender(function(v) v:setbyte(0, v:getbyte(1)) end)
	lend(lender, "ab", true)
	collectgarbage()
	collectgarbage("stop")
	local before = collectgarbage("count")
	for _ = 1, 5 do
		lend(lender, "ab", true)
	end
	local grown = collectgarbage("count") - before
	collectgarbage("restart")
	T.ok(grown < 5 * 400, "5 calls took " .. grown .. " bytes")
end)

T.test("ten thousand buffers dropped", function()
	for _ = 1, 10000 do
		data.new(100)
	end
	collectgarbage()
	T.eq(#data.new(1), 1)
end)

return T.finish()
