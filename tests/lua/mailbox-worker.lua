-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- One end of what mailbox-runtimes tests, in a runtime and a thread of its own.
-- The first resume says what to do, with which objects; the thread does it and
-- tells its outcome, or its error, through the mailbox that comes first.

local linux = require("linux")
local mailbox = require("mailbox")
local thread = require("thread")

local roles = {}

-- sends its name and a number, again and again; waits when there is no room
function roles.send(queue, event, name, count)
	local outbox = mailbox.outbox(queue, event)
	local full = 0
	for i = 1, count do
		local text = name .. ":" .. i .. ("x"):rep(i % 50)
		while not pcall(outbox.send, outbox, text) do
			full = full + 1
			linux.schedule(1)
		end
	end
	return full
end

-- receives until it gets "end"; of each sender the numbers must go up
function roles.receive(queue, event)
	local inbox = mailbox.inbox(queue, event)
	local last, count, sum = {}, 0, 0
	while true do
		local message = inbox:receive(20000)
		if message == "end" then
			return count .. " " .. sum
		end
		local name, number, rest = message:match("^(%a+):(%d+)(x*)$")
		local i = tonumber(number)
		if i <= (last[name] or 0) or #rest ~= i % 50 then
			error("after " .. tostring(last[name]) .. " came " .. message)
		end
		last[name] = i
		count, sum = count + 1, sum + i
	end
end

-- as receive, but every number must come: for one sender
function roles.strict(queue, event, count)
	local inbox = mailbox.inbox(queue, event)
	for i = 1, count do
		local message = inbox:receive(20000)
		if message ~= "a:" .. i .. ("x"):rep(i % 50) then
			error("at " .. i .. " came " .. tostring(message))
		end
	end
	return #queue
end

-- how many waits on a completion succeed until it is asked to stop
function roles.wait(completion, timeout)
	local count = 0
	repeat
		local ok, why = completion:wait(timeout)
		count = count + (ok and 1 or 0)
	until not ok
	local stop = thread.shouldstop()
	local _, why = completion:wait(0)
	return ("%d %s %s"):format(count, why, stop)
end

-- waits once, and says why that ended
function roles.once(completion)
	local ok, why = completion:wait()
	return ok or why
end

-- fills a buffer with one letter, again and again, until it is told to end
function roles.fill(data, letter, done)
	local text = letter:rep(#data)
	repeat
		for _ = 1, 1000 do
			data:setstring(0, text)
		end
		linux.schedule(0)
	until done:wait(0)
end

-- reads it: all letters must be the same
function roles.look(data, count)
	for i = 1, count do
		local text = data:getstring(0)
		local other = text:find("[^" .. text:sub(1, 1) .. "]")
		if other then
			error("torn at " .. other)
		end
		if i % 1000 == 0 then
			linux.schedule(0)
		end
	end
end

-- takes a message off a queue that has one
function roles.take(queue)
	return #queue:poprecord()
end

return function(queue, event, role, ...)
	local args = table.pack(...)
	return function()
		local outbox = mailbox.outbox(queue, event)
		local ok, outcome = pcall(roles[role], table.unpack(args, 1, args.n))
		outbox:send((ok and "ok " or "failed ") .. tostring(outcome))
	end
end
