-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "fifo": bytes and records. fifo runs it.

local T = require("tests/harness")
local fifo = require("fifo")
local fire = require("tests/fire")

T.start("fifo", true)

local MIN <const>, MAX <const> = math.mininteger, math.maxinteger
local WORD <const> = string.packsize("T")

T.test("bytes come out in the order in which they went in", function()
	local q = fifo.new(16)
	q:push("abc")
	q:push("")
	q:push("defg")
	T.eq(#q, 7)
	T.vals('"ab", 2', q:pop(2))
	T.vals('"cde", 3', q:pop(3))
	T.vals('"", 0', q:pop(0))
	T.vals('"fg", 2', q:pop(100))
	T.vals('"", 0', q:pop(1))
	T.eq(#q, 0)
end)

T.test("the size is rounded up to a power of two", function()
	for _, size in ipairs({1, 2, 3, 4, 5, 1000, 4096, 4097}) do
		local q, want = fifo.new(size), 2
		while want < size do
			want = want * 2
		end
		q:push(("x"):rep(want))
		T.errfind("not enough space", q.push, q, "x")
		T.eq(#q, want)
		T.eq(q:pop(want + 1), ("x"):rep(want))
	end
end)

T.test("what does not fit is not written, not in part either", function()
	local q = fifo.new(8)
	q:push("12345")
	T.errfind("not enough space", q.push, q, "abcd")
	T.errfind("not enough space", q.push, q, ("x"):rep(1000))
	T.errfind("not enough space", q.pushrecord, q, "")
	T.eq(#q, 5)
	q:push("678")
	T.eq(q:pop(9), "12345678")
end)

T.test("the ring goes round, at each place and with each length", function()
	local q, sent, got = fifo.new(64), {}, {}
	for round = 1, 400 do
		local text = string.char(round % 256):rep(round % 65)
		q:push(text)
		sent[#sent + 1] = text
		local part = q:pop(round % 7)
		got[#got + 1] = part
		got[#got + 1] = q:pop(64)
	end
	T.eq(table.concat(got), table.concat(sent))
end)

T.test("long strings", function()
	local q = fifo.new(1 << 20)
	local text = ("0123456789abcdef"):rep(1 << 15)
	q:push(text)
	q:push(text)
	T.errfind("not enough space", q.push, q, "x")
	T.eq(q:pop(1 << 19), text)
	q:pushrecord(text:sub(1, -1 - WORD))
	T.eq(q:pop(MAX), text .. string.pack("T", (1 << 19) - WORD) .. text:sub(1, -1 - WORD))
end)

T.test("records are whole messages, with their length in front", function()
	local q = fifo.new(4096)
	for _, size in ipairs({0, 1, 127, 128, 129, 1000, 2000}) do
		local text = ("m"):rep(size)
		q:pushrecord(text)
		T.eq(#q, size + WORD)
		T.vals(('"%s", %d'):format(text, size), q:poprecord())
	end
	T.vals("", q:poprecord())
	q:pushrecord("one")
	q:pushrecord("")
	q:pushrecord("two")
	T.eq(q:pop(WORD), string.pack("T", 3))
	T.eq(q:pop(3), "one")
	T.eq(q:poprecord(), "")
	T.eq(q:poprecord(), "two")
	q:push(string.pack("s", "as 3.6 sent it"))
	T.eq(q:poprecord(), "as 3.6 sent it")
end)

T.test("records fill the ring to the last byte", function()
	local q = fifo.new(64)
	for _ = 1, 100 do
		q:pushrecord(("a"):rep(64 - WORD - WORD))
		q:pushrecord("")
		T.errfind("not enough space", q.pushrecord, q, "")
		T.eq(#q:poprecord(), 64 - WORD - WORD)
		T.eq(q:poprecord(), "")
		q:push("x")
		T.errfind("not enough space", q.pushrecord, q, ("a"):rep(64 - WORD))
		q:pop(1)
	end
end)

T.test("what is no record is dropped, and nothing else ever", function()
	for _, junk in ipairs({"x", "1234567", string.pack("T", 1), string.pack("T", 6) .. "12345",
		string.pack("T", MAX) .. "x", string.pack("T", -1), string.pack("T", -8),
		string.pack("T", MIN), ("\255"):rep(100)}) do
		local q = fifo.new(256)
		q:push(junk)
		T.errfind("malformed message", q.poprecord, q)
		T.eq(#q, 0)
		T.vals("", q:poprecord())
		q:pushrecord("good")
		T.eq(q:poprecord(), "good")
	end
end)

T.test("arguments are checked", function()
	for _, size in ipairs({0, -1, MIN, MAX, (1 << 30) + 1, 1 << 32, 1 << 63}) do
		T.errfind("size out of range", fifo.new, size)
	end
	T.errfind("not enough memory", fifo.new, 1 << 30)
	T.errfind("number expected, got no value", fifo.new)
	local q = fifo.new(8)
	T.errfind("negative size", q.pop, q, -1)
	T.errfind("negative size", q.pop, q, MIN)
	T.errfind("number expected, got no value", q.pop, q)
	T.errfind("string expected, got no value", q.push, q)
	T.errfind("string expected, got table", q.pushrecord, q, {})
	T.errfind("fifo expected, got", q.push, "x", "x")
	T.errfind("fifo expected, got", q.pop, require("completion").new(), 1)
end)

T.test("a closed one is closed for good", function()
	local q = fifo.new(8)
	q:push("abc")
	T.vals("", q:close())
	for _, call in ipairs({"push", "pop", "pushrecord", "poprecord", "close"}) do
		T.err("null-pointer dereference", q[call], q, 1)
	end
	T.err("null-pointer dereference", function() return #q end)
	local outer
	do
		local scoped <close> = fifo.new(8)
		outer = scoped
		scoped:push("x")
	end
	T.err("null-pointer dereference", outer.pop, outer, 1)
	do
		local twice <close> = fifo.new(8)
		twice:close()
	end
end)

for _, how in ipairs({"softirq", "hardirq"}) do
	T.test("all of it works in a " .. how, function()
		local q, made = fifo.new(1024), nil
		local result = fire(function()
			q:push("abc")
			made = fifo.new(100)
			made:pushrecord(q:pop(2) .. ("x"):rep(60))
		end, how)
		T.eq(result.err, 0, result.text or "")
		T.eq(q:pop(9), "c")
		T.eq(made:poprecord(), "ab" .. ("x"):rep(60))
	end)
end

T.test("ten thousand queues dropped", function()
	for _ = 1, 10000 do
		fifo.new(100):push("x")
	end
	collectgarbage()
	T.eq(#fifo.new(1), 0)
end)

return T.finish()
