-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Mailboxes, completions and buffers between runtimes: nothing lost, nothing twice,
-- nothing out of order, and every wait ends when it should. mailbox-runtimes runs it.

local T = require("tests/harness")
local completion = require("completion")
local data = require("data")
local fifo = require("fifo")
local linux = require("linux")
local lunatik = require("lunatik")
local mailbox = require("mailbox")
local thread = require("thread")
local view = require("view")

T.start("mailbox-runtimes", true)

-- a runtime and a thread in it that does something; workers[i]:outcome() waits for it
local Worker = {}
Worker.__index = Worker

local function work(role, ...)
	local inbox = mailbox.inbox(1024)
	local runtime = lunatik.runtime("tests/mailbox-worker")
	runtime:resume(inbox.queue, inbox.event, role, ...)
	return setmetatable({inbox = inbox, runtime = runtime, thread = thread.run(runtime, role)}, Worker)
end

function Worker:outcome()
	if not self.message then
		self.message = self.inbox:receive(60000)
		self.runtime:stop()
	end
	return self.message
end

local function ms(fn)
	local start = linux.time()
	fn()
	return linux.difftime(linux.time(), start) // 1000000
end

local COUNT <const> = require("tests/mailbox-count")

T.test(COUNT .. " messages from one runtime to another", function()
	local q, e = fifo.new(1 << 20), completion.new()
	local sender, receiver
	local took = ms(function()
		receiver = work("strict", q, e, COUNT)
		sender = work("send", q, e, "a", COUNT)
		T.eq(receiver:outcome(), "ok 0")
	end)
	T.ok(sender:outcome():find("^ok %d+$"), sender:outcome())
	print(("mailbox: %d messages in %d ms, %d a second; the sender waited %s times"):format(
		COUNT, took, COUNT * 1000 // took, sender:outcome():sub(4)))
end)

T.test("a queue with room for one message", function()
	local q, e = fifo.new(128), completion.new()
	local receiver, sender = work("strict", q, e, 300), work("send", q, e, "a", 300)
	T.eq(receiver:outcome(), "ok 0")
	T.ok(sender:outcome():find("^ok %d"), sender:outcome())
end)

T.test("three senders, three receivers: each message goes to one of them, in order", function()
	local q, e = fifo.new(4096), completion.new()
	local senders, receivers, each = {}, {}, 5000
	for i = 1, 3 do
		receivers[i] = work("receive", q, e)
	end
	for i, name in ipairs({"a", "b", "c"}) do
		senders[i] = work("send", q, e, name, each)
	end
	for i = 1, 3 do
		T.ok(senders[i]:outcome():find("^ok"), senders[i]:outcome())
	end
	local outbox = mailbox.outbox(q, e)
	for _ = 1, 3 do
		while not pcall(outbox.send, outbox, "end") do
			linux.schedule(1)
		end
	end
	local count, sum = 0, 0
	for i = 1, 3 do
		local n, s = receivers[i]:outcome():match("^ok (%d+) (%d+)$")
		T.ok(n, receivers[i]:outcome())
		count, sum = count + tonumber(n or 0), sum + tonumber(s or 0)
	end
	T.eq(count, 3 * each)
	T.eq(sum, 3 * (each * (each + 1) // 2))
	T.eq(#q, 0)
end)

T.test("twenty runtimes wait for one completion: each complete lets one through", function()
	local c, waiters = completion.new(), {}
	for i = 1, 20 do
		waiters[i] = work("once", c)
	end
	for _ = 1, 20 do
		c:complete()
	end
	for i = 1, 20 do
		T.eq(waiters[i]:outcome(), "ok true")
	end
	T.eq(c:wait(0), nil)
end)

T.test("waits end when the time is over, in another runtime too", function()
	local c = completion.new()
	local waiter = work("wait", c, 300)
	for _ = 1, 7 do
		c:complete()
	end
	T.eq(waiter:outcome(), "ok 7 timeout false")
end)

T.test("a thread that waits is stopped at once, and is told why the wait ended", function()
	for role, outcome in pairs({once = "ok interrupt", wait = "ok 0 timeout true"}) do
		local c = completion.new()
		local waiter = work(role, c)
		linux.schedule(20)
		T.ok(ms(function() waiter.thread:stop() end) < 100, "stop within 100 ms")
		T.eq(waiter:outcome(), outcome)
	end
end)

T.test("a runtime whose thread waits is stopped at once", function()
	local c = completion.new()
	for _ = 1, 10 do
		local waiter = work("once", c)
		linux.schedule(5)
		T.ok(ms(function() waiter.runtime:stop() end) < 500, "stop within 500 ms")
	end
	c:complete()
	T.eq(c:wait(0), true)
end)

T.test("nobody but the waiter has the completion", function()
	local waiters = {}
	for i = 1, 10 do
		waiters[i] = work("once", completion.new())
	end
	collectgarbage()
	linux.schedule(20)
	for i = 1, 10 do
		waiters[i].thread:stop()
		T.eq(waiters[i]:outcome(), "ok interrupt")
	end
end)

T.test("what a stopped receiver did not take is there for the next", function()
	local q, e = fifo.new(65536), completion.new()
	local outbox = mailbox.outbox(q, e)
	for round = 1, 20 do
		local receiver = work("receive", q, e)
		outbox:send("a:" .. round .. ("x"):rep(round % 50))
		receiver.runtime:stop()
	end
	local left, waits = 0, 0
	while e:wait(0) do
		waits = waits + 1
	end
	while q:poprecord() do
		left = left + 1
	end
	T.ok(waits <= left + 1 and left <= waits + 1, left .. " messages, " .. waits .. " events")
end)

T.test("what a receiver has no memory for stays in the queue", function()
	local q, size = fifo.new(1 << 21), 1300000
	q:pushrecord(("x"):rep(size))
	local before = #q
	for memory = 1, 4 do
		local runtime <close> = lunatik.runtime("tests/mailbox-worker", true, {memory = memory << 20})
		local inbox = mailbox.inbox(1024)
		runtime:resume(inbox.queue, inbox.event, "take", q)
		pcall(runtime.resume, runtime)
		local ok, message = pcall(inbox.receive, inbox, 0)
		local taken = ok and message == "ok " .. size
		T.eq(#q, taken and 0 or before, memory .. " MiB")
		if memory == 1 then
			T.ok(not taken, "1 MiB is too little")
		elseif memory == 4 then
			T.ok(taken, "4 MiB is enough")
		end
		if taken then
			q:pushrecord(("x"):rep(size))
		end
	end
end)

T.test("a string of 4 KiB is written and read in one step", function()
	local d, done, workers = data.new(4096), completion.new(), {}
	d:setstring(0, ("a"):rep(4096))
	for i, letter in ipairs({"a", "b"}) do
		workers[i + 2] = work("fill", d, letter, done)
		workers[i] = work("look", d, 2000)
	end
	for i = 1, 4 do
		T.eq(workers[i]:outcome(), "ok nil")
		if i == 2 then -- the readers have seen enough
			done:complete()
			done:complete()
		end
	end
end)

T.test("a queue closed in one runtime is closed in the others", function()
	local q, e = fifo.new(65536), completion.new()
	local receiver = work("receive", q, e)
	q:close()
	e:complete()
	T.ok(receiver:outcome():find("failed.*null%-pointer dereference"), receiver:outcome())
end)

T.test("what is private, or lent, does not leave its runtime", function()
	local runtime <close> = lunatik.runtime("tests/mailbox-worker")
	local function give(object)
		T.errfind("cannot leave its runtime", runtime.resume, runtime, object)
	end
	give(data.new(8, "private"))
	local kept
	local lender <close> = view.lender(function(v) kept = v end)
	for _ = 1, 100 do
		lender:lend("abc")
		while not lender:result() do
			linux.schedule(1)
		end
		if kept then
			break
		end
	end
	give(kept)
end)

T.test("objects outlive the runtime that made them", function()
	local runtime = lunatik.runtime("tests/mailbox-worker")
	local q, e = fifo.new(64), completion.new()
	runtime:resume(q, e, "once", completion.new())
	runtime:stop()
	collectgarbage()
	q:pushrecord("still here")
	T.eq(q:poprecord(), "still here")
end)

return T.finish()
