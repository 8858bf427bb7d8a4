-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "mailbox" inside one runtime. mailbox runs it; several runtimes at both
-- ends are in mailbox-runtimes.

local T = require("tests/harness")
local completion = require("completion")
local fifo = require("fifo")
local linux = require("linux")
local mailbox = require("mailbox")
local skel = require("skel")
local fire = require("tests/fire")

T.start("mailbox", true)

local WORD <const> = string.packsize("T")

local function pair(size)
	local inbox = mailbox.inbox(size)
	return inbox, mailbox.outbox(inbox.queue, inbox.event)
end

T.test("messages come whole and in order", function()
	local inbox, outbox = pair(4096)
	local texts = {"", "a", "%n\0\255", ("x"):rep(1000), "last"}
	for _, text in ipairs(texts) do
		T.vals("", outbox:send(text))
	end
	for _, text in ipairs(texts) do
		local message, length = inbox:receive(0)
		T.eq(message, text)
		T.eq(length, #text)
	end
	T.err("timeout", inbox.receive, inbox, 0)
end)

T.test("either side may make queue and event, both or one of them", function()
	local outbox = mailbox.outbox(100)
	local inbox = mailbox.inbox(outbox.queue, outbox.event)
	outbox:send("one")
	T.eq(inbox:receive(), "one")
	local q, e = fifo.new(64), completion.new()
	inbox, outbox = mailbox.inbox(q, e), mailbox.outbox(q, e)
	T.eq(inbox.queue, q)
	T.eq(outbox.event, e)
	outbox:send("two")
	T.eq(inbox:receive(), "two")
	T.eq(mailbox.inbox(64, e).event, e)
	T.eq(mailbox.inbox(q).queue, q)
end)

T.test("the queue has the documented format", function()
	local inbox, outbox = pair(100)
	outbox:send("hello")
	T.eq(outbox.queue:pop(100), string.pack("s", "hello"))
	T.eq(inbox.event:wait(0), true)
	inbox.queue:push(string.pack("s", "from 3.6"))
	inbox.event:complete()
	T.eq(inbox:receive(0), "from 3.6")
end)

T.test("what does not fit is not sent", function()
	local inbox, outbox = pair(64)
	outbox:send(("x"):rep(64 - WORD))
	T.errfind("not enough space", outbox.send, outbox, "")
	T.eq(#inbox:receive(0), 64 - WORD)
	T.errfind("not enough space", outbox.send, outbox, ("x"):rep(65 - WORD))
	T.err("timeout", inbox.receive, inbox, 0)
	outbox:send("fits")
	T.eq(inbox:receive(0), "fits")
end)

T.test("woken without a message: nil", function()
	local inbox = mailbox.inbox(64)
	inbox.event:complete()
	T.vals("nil, nil", inbox:receive())
end)

T.test("what is no message", function()
	local inbox, outbox = pair(64)
	inbox.queue:push("junk")
	inbox.event:complete()
	T.errfind("malformed message", inbox.receive, inbox)
	outbox:send("good")
	local message = inbox:receive(0) or inbox:receive(0)
	T.eq(message, "good")
end)

T.test("an inbox only receives, an outbox only sends", function()
	local inbox, outbox = pair(64)
	T.err("receive-only mailbox", inbox.send, inbox, "x")
	T.err("send-only mailbox", outbox.receive, outbox)
	T.eq(#inbox.queue, 0)
end)

T.test("a receiver waits for a timer to send", function()
	local inbox, outbox = pair(1024)
	local n = 0
	local _ <close> = skel.timer(5, function()
		n = n + 1
		outbox:send("message " .. n)
	end)
	for i = 1, 10 do
		T.eq(inbox:receive(), "message " .. i)
	end
end)

T.test("timeouts take their time", function()
	local inbox = mailbox.inbox(64)
	local start = linux.time()
	T.err("timeout", inbox.receive, inbox, 50)
	T.ok(linux.difftime(linux.time(), start) >= 49000000, "50 ms")
end)

T.test("sending works in an interrupt, receiving does not", function()
	for _, how in ipairs({"softirq", "hardirq"}) do
		local inbox, outbox = pair(64)
		local message
		local result = fire(function()
			outbox:send(how)
			message = select(2, pcall(inbox.receive, inbox, 0))
		end, how)
		T.eq(result.err, 0, result.text or "")
		T.ok(tostring(message):find("sleep", 1, true), tostring(message))
		T.eq(inbox:receive(0), how)
	end
end)

T.test("arguments are checked", function()
	for _, make in ipairs({"inbox", "outbox"}) do
		local fn = mailbox[make]
		T.errfind("bad argument #1 to '" .. make .. "' (size or fifo expected, got nil)", fn)
		T.errfind("(size or fifo expected, got string)", fn, "64")
		T.errfind("(size or fifo expected, got userdata)", fn, completion.new())
		T.errfind("(completion expected, got userdata)", fn, 64, fifo.new(1))
		T.errfind("(completion expected, got boolean)", fn, 64, true)
		T.errfind("size out of range", fn, 0)
		T.errfind("size out of range", fn, -1)
		T.errfind("not enough memory", fn, 1 << 30)
	end
	local inbox, outbox = pair(64)
	T.errfind("string expected", outbox.send, outbox)
	T.errfind("string expected", outbox.send, outbox, {})
	T.errfind("negative timeout", inbox.receive, inbox, -1)
	inbox.queue:close()
	T.errfind("null-pointer dereference", outbox.send, outbox, "x")
end)

return T.finish()
