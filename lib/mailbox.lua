-- SPDX-License-Identifier: MIT OR GPL-2.0-only

--- Messages between runtimes.
-- A mailbox is a queue (a `fifo`) and an event (a `completion`). One runtime makes
-- an inbox and hands its `queue` and `event` to another one, which makes the outbox
-- of them, or the other way round. Any number of runtimes may send to a mailbox and
-- receive from it: messages come whole, in the order in which they were sent, each
-- to one receiver.
--
-- In the queue a message has its length in front (`fifo:pushrecord`).
-- @module mailbox
-- @usage
-- local inbox = mailbox.inbox(4096)
-- runtime:resume(inbox.queue, inbox.event)  -- there: mailbox.outbox(queue, event)
-- print(inbox:receive(1000))

local completion = require("completion")
local fifo = require("fifo")

local mailbox = {}

local Inbox = {__name = "inbox"}
Inbox.__index = Inbox

local Outbox = {__name = "outbox"}
Outbox.__index = Outbox

-- an object of the kernel that has the method
local function has(object, method)
	return type(object) == "userdata" and object[method] ~= nil
end

local function bad(n, where, want, got)
	error(("bad argument #%d to '%s' (%s expected, got %s)"):format(n, where, want, type(got)), 4)
end

local function new(class, where, q, e)
	if e ~= nil and not has(e, "complete") then
		bad(2, where, "completion", e)
	end
	if type(q) == "number" then
		q = fifo.new(q)
	elseif not has(q, "poprecord") then
		bad(1, where, "size or fifo", q)
	end
	return setmetatable({queue = q, event = e or completion.new()}, class)
end

--- Makes the end of a mailbox that receives.
-- @tparam integer|fifo q the queue, or how many bytes a new one has room for
-- @tparam[opt] completion e the event; default a new one
-- @return the inbox; its fields `queue` and `event` are for the other side
-- @raise `bad argument`; what `fifo.new` raises. Any context
-- @usage local inbox = mailbox.inbox(4096)
function mailbox.inbox(q, e)
	return (new(Inbox, "inbox", q, e))
end

--- Makes the end of a mailbox that sends.
-- @tparam integer|fifo q the queue, or how many bytes a new one has room for
-- @tparam[opt] completion e the event; default a new one
-- @return the outbox; its fields `queue` and `event` are for the other side
-- @raise `bad argument`; what `fifo.new` raises. Any context
-- @usage local outbox = mailbox.outbox(queue, event)
function mailbox.outbox(q, e)
	return (new(Outbox, "outbox", q, e))
end

--- Sends a message. An outbox's only.
-- @function outbox:send
-- @tparam string message
-- @raise `not enough space` when it does not fit beside those that nobody received
-- yet: nothing was sent then; `receive-only mailbox`. Any context
-- @usage outbox:send("hello")
function Outbox:send(message)
	self.queue:pushrecord(message)
	self.event:complete()
end

--- Receives the next message, and waits for it. An inbox's only.
-- @function inbox:receive
-- @tparam[opt] integer timeout in milliseconds; default for ever
-- @treturn string the message; nil when the event was completed but nothing sent
-- @treturn integer its length
-- @raise `timeout`; `interrupt` for a signal or when the thread is to stop;
-- `malformed message` when something else is in the queue, all of which is dropped;
-- `send-only mailbox`; "cannot sleep" in atomic context
-- @usage local message = inbox:receive(1000)
function Inbox:receive(timeout)
	local event, queue = self.event, self.queue
	local done, why = event:wait(timeout)
	if not done then
		error(why, 0)
	end
	local ok, message, length = pcall(queue.poprecord, queue)
	if not ok then
		event:complete() -- no memory for it, say: it still is there
		error(message, 0)
	end
	return message, length
end

function Inbox.send()
	error("receive-only mailbox", 2)
end

function Outbox.receive()
	error("send-only mailbox", 2)
end

return mailbox
