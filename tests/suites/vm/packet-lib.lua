-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- dns and tls: messages that are right, cut off, circular, split. packet-lib runs it.

local T = require("tests/harness")
local data = require("data")
local dns = require("dns")
local tls = require("tls")

T.start("packet-lib", true)

local function buffer(bytes)
	local d = data.new(#bytes)
	d:setstring(0, bytes)
	return d
end

local HEAD <const> = "\x12\x34\x81\x80\0\1\0\2\0\0\0\0"
local QUESTION <const> = "\3www\7Lunatik\3COM\0\0\1\0\1"
local ANSWERS <const> = "\xc0\x0c\0\5\0\1\0\0\0\60\0\6\3cdn\xc0\x10"
	.. "\3cdn\xc0\x10\0\1\0\1\0\0\0\60\0\4\192\168\10\1"

T.test("dns: a message, wherever it begins", function()
	for _, before in ipairs{"", "12345678"} do
		local d, base = buffer(before .. HEAD .. QUESTION .. ANSWERS), #before
		local flags, questions, answers = dns.header(d, base)
		T.eq(flags, 0x8180)
		T.eq(questions, 1)
		T.eq(answers, 2)
		local name, kind, class, next = dns.question(d, base)
		T.eq(name, "www.lunatik.com")
		T.eq(kind, dns.type.A)
		T.eq(class, 1)
		T.eq(next, base + 12 + #QUESTION)
		local text = ""
		for owner, type, _, at, length in dns.answers(d, base) do
			text = text .. owner .. " " .. type .. " " .. (type == 1 and d:getstring(at, length) or dns.name(d, base, at)) .. ";"
		end
		T.eq(text, "www.lunatik.com 5 cdn.lunatik.com;cdn.lunatik.com 1 \192\168\10\1;")
	end
end)

T.test("dns: cut off anywhere, it ends early and raises nothing", function()
	local whole = HEAD .. QUESTION .. ANSWERS
	for size = 1, #whole - 1 do
		local d = buffer(whole:sub(1, size))
		local name = dns.question(d, 0)
		T.eq(name, size >= 12 + #QUESTION and "www.lunatik.com" or nil, size)
		local count = 0
		for _ in dns.answers(d, 0) do
			count = count + 1
		end
		T.eq(count, size >= 12 + #QUESTION + 18 and 1 or 0, size)
	end
end)

T.test("dns: names in circles, too long, of no kind", function()
	for _, name in ipairs{"\xc0\x0c", "\1a\xc0\x0c", "\xff\xff", "\x40a", "\x80", "\xbf\1", ("\1a"):rep(200) .. "\0"} do
		local d = buffer(HEAD .. name .. "\0\1\0\1" .. ("\0"):rep(20))
		T.eq(dns.question(d, 0), nil, name)
		for _ in dns.answers(d, 0) do
			T.ok(false, "no answers")
		end
	end
	T.eq(dns.question(buffer(HEAD .. "\0\0\1\0\1"), 0), "", "the root")
	T.eq(dns.header(buffer(HEAD), -1), nil)
	T.eq(dns.header(buffer(HEAD), 1), nil)
	T.eq(dns.header(buffer(HEAD), math.maxinteger), nil)
	T.eq(dns.question(buffer("\0\0\0\0\0\0\0\0\0\0\0\0\1a\0\0\1\0\1"), 0), nil, "no question")
end)

T.test("dns: a message whose names are long ways to nowhere", function()
	local long = ("\1a"):rep(120) .. "\0"
	local answer = "\xc0\x0c\0\1\0\1\0\0\0\60\0\4\192\168\10\1"
	local d = buffer("\x12\x34\x81\x80\0\1\0\xff\0\0\0\0" .. long .. "\0\1\0\1" .. answer:rep(255))
	local count = 0
	for name in dns.answers(d, 0) do
		count = count + 1
		T.eq(#name, 239)
	end
	T.ok(count > 0 and count < 20, count .. " answers were looked at")
end)

local function extension(kind, bytes)
	return string.pack(">I2s2", kind, bytes)
end

local function handshake(name)
	local asked = name and extension(0, string.pack(">s2", "\0" .. string.pack(">s2", name))) or ""
	local extensions = extension(10, "\0\2\0\29") .. asked .. extension(11, "\1\0")
	local body = "\3\3" .. ("r"):rep(32) .. "\4sess" .. "\0\2\0\x2f" .. "\1\0" .. string.pack(">s2", extensions)
	return "\1" .. string.pack(">I3", #body) .. body
end

local function records(text, size)
	local bytes = ""
	for at = 1, #text, size do
		bytes = bytes .. "\22\3\1" .. string.pack(">s2", text:sub(at, at + size - 1))
	end
	return bytes
end

T.test("tls: a hello, in one record or in many", function()
	for _, size in ipairs{1000, 100, 7, 1} do
		T.eq(tls.hello(records(handshake("EBPF.io"), size)), "ebpf.io", size)
		T.eq(tls.hello(records(handshake("a"), size) .. "\23\3\3\0\1x"), "a", size)
		T.eq(tls.hello(records(handshake(nil), size)), false, size)
	end
end)

T.test("tls: cut off anywhere, more is needed", function()
	for _, size in ipairs{1000, 13} do
		local bytes = records(handshake("ebpf.io"), size)
		for length = 0, #bytes - 1 do
			local name, incomplete = tls.hello(bytes:sub(1, length))
			T.eq(name, "more", length)
			T.eq(incomplete, true)
		end
	end
end)

T.test("tls: what is no hello", function()
	for _, bytes in ipairs{"GET / HTTP/1.1\r\n", "\23\3\3\0\1x", "\22\2\0\0\1\1", "\22\3\1\0\0", "\22\3\1\xff\xff",
		"\22\3\1\0\4\2\0\0\0", "\0", "\22\3\1\0\4\1\0\0\0", "\22\3\1\0\5\1\0\0\1x"} do
		local name, incomplete = tls.hello(bytes)
		T.eq(name, false, bytes)
		T.eq(incomplete, false, bytes)
	end
	-- lengths inside that are wrong
	local good = handshake("ebpf.io")
	for at = 39, #good do
		for _, byte in ipairs{"\0", "\1", "\x7f", "\xff"} do
			local ok, name = pcall(tls.hello, records(good:sub(1, at - 1) .. byte .. good:sub(at + 1), 1000))
			T.ok(ok, tostring(name))
		end
	end
end)

local HELLO <const> = records(handshake("ebpf.io"), 1000)

-- shows HELLO in pieces of `size`, the first one at `seq` after a SYN
local function pieces(tracker, key, seq, size)
	tracker:segment(key, seq - 1 & 0xffffffff, true, "")
	local what, name
	for at = 1, #HELLO, size do
		T.ok(what == nil or what == "wait", what)
		what, name = tracker:segment(key, seq + at - 1 & 0xffffffff, false, HELLO:sub(at, at + size - 1))
	end
	return what, name
end

T.test("tracker: any number of segments, any sequence number", function()
	for _, size in ipairs{1000, 60, 5, 1} do
		for _, seq in ipairs{1, 0xffffffff, 0xfffffff0, 0x7fffffff, 0} do
			local what, name = pieces(tls.tracker(), "k", seq, size)
			T.eq(what, "name")
			T.eq(name, "ebpf.io")
		end
	end
end)

T.test("tracker: again, with holes, and with something else in it", function()
	local t = tls.tracker()
	t:segment("k", 99, true, "")
	T.eq(t:segment("k", 100, false, HELLO:sub(1, 10)), "wait")
	T.eq(t:segment("k", 100, false, HELLO:sub(1, 10)), "wait", "again")
	T.eq(t:segment("k", 105, false, HELLO:sub(6, 20)), "wait", "in part again")
	T.eq(t:segment("k", 130, false, HELLO:sub(31)), "gap", "a hole")
	T.eq(t:segment("k", 100, false, "\23" .. HELLO:sub(2, 30)), "gap", "something else")
	T.eq(t:segment("k", 95, false, "xxxxx" .. HELLO:sub(1, 25)), "wait", "from before the first byte")
	T.eq(t:segment("k", 90, false, "xxx"), "wait", "all before it")
	local what, name = t:segment("k", 120, false, HELLO:sub(21))
	T.eq(what, "name")
	T.eq(name, "ebpf.io")
	T.eq(t:segment("k", 100 + #HELLO, false, "\23\3\3\0\1x"), "pass", "what follows")
end)

T.test("tracker: no more than it may keep", function()
	local t = tls.tracker{flows = 10, bytes = 100, seconds = 1000}
	for i = 1, 1000 do
		t:segment("k" .. i, 1, true, "")
		T.eq(t:segment("k" .. i, 2, false, "\22\3\1\2\0\1"), "wait")
	end
	local kept = 0
	for i = 1, 1000 do
		kept = kept + (t:get("k" .. i) and 1 or 0)
	end
	T.ok(kept <= 20 and kept >= 10, kept)
	T.eq(t:segment("big", 1, true, ""), "pass")
	T.eq(t:segment("big", 2, false, "\22\3\1\2\0\1\0\1\0" .. ("x"):rep(90)), "wait", "almost too much")
	T.eq(t:segment("big", 101, false, "xx"), "pass", "too much")
	T.eq(t:get("big"), nil)
	t = tls.tracker{seconds = 0}
	T.eq(t:segment("k", 1, true, ""), "pass")
	T.eq(t:segment("k", 2, false, HELLO), "name")
end)

return T.finish()
