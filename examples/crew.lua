-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- crew: what the servers among the examples (echod, shared) have in common
--
-- A server is a daemon, which accepts connections, and for each of them a worker:
-- a runtime of its own with a thread of its own. So a worker that waits for its
-- client makes nobody else wait, and one that fails takes nobody along.
--
-- A script for workers returns a function that is called with what belongs to one
-- connection, and returns the function that the thread then runs:
--
--	return function(control, session, number, ...)
--		return function() crew.work(control, session, talk) end
--	end
--
-- `control` is two bytes of memory which both sides see: the daemon writes the first
-- when the worker must stop, the worker writes the second when it has ended.
--
-- When a thread is told to stop, the call that it waits in ends early. It must then ask
-- thread.shouldstop() before it waits again: one that does not is ended on the spot. So
-- everything here asks after a call that failed, and then has time to clean up.

local data = require("data")
local inet = require("socket.inet")
local linux = require("linux")
local lunatik = require("lunatik")
local thread = require("thread")

local errno = linux.errno

local STOP <const>, ENDED <const> = 0, 1 -- offsets in control
local ROUND <const> = 1000 -- ms, after which the daemon looks for workers that have ended
local BREATH <const> = 100 -- ms, when a connection cannot be served

local crew = {}

-- Listens at a port of 127.0.0.1. Errors of sockets are numbers: here it is
-- known what they are about.
function crew.listen(port)
	local server = inet.tcp()
	local ok, err = pcall(function()
		server:settimeout(ROUND)
		server:bind(inet.localhost, port)
		server:listen()
	end)
	if not ok then
		server:close()
		error(("cannot listen at %s:%d (error %s)"):format(inet.localhost, port, tostring(err)), 0)
	end
	return server
end

-- The daemon's half

-- Gives a connection a runtime and a thread. If it fails halfway, what there is
-- of the worker goes.
local function hire(session, number, job)
	local control = data.new(2)
	local runtime = lunatik.runtime(job.script, true, {memory = job.memory})
	local ok, result = pcall(function()
		session:settimeout() -- it has the server's
		runtime:resume(control, session, number, table.unpack(job))
		return thread.run(runtime, job.name .. number)
	end)
	if not ok then
		thread.shouldstop()
		runtime:stop()
		error(result, 0)
	end
	return {control = control, runtime = runtime, thread = result}
end

local function dismiss(worker)
	worker.thread:stop() -- waits for its end
	worker.runtime:stop()
end

-- Returns how many there were.
local function reap(workers)
	local count = 0
	for number, worker in pairs(workers) do
		if worker.control:getbyte(ENDED) ~= 0 then
			workers[number] = nil
			dismiss(worker)
			count = count + 1
		end
	end
	return count
end

local function dismissall(workers)
	for _, worker in pairs(workers) do
		worker.control:setbyte(STOP, 1)
	end
	for _, worker in pairs(workers) do
		dismiss(worker)
	end
end

-- Takes a connection, if one comes, and gives it to a worker.
local function accept(server, workers, number, job)
	local ok, session = pcall(server.accept, server)
	thread.shouldstop()
	if reap(workers) > 0 and not ok then
		collectgarbage() -- nobody comes, and handles keep what they stand for
	end
	if not ok then
		return session == errno.AGAIN or session == errno.INTR, session
	end
	local hired, worker = pcall(hire, session, number, job)
	if hired then
		workers[number] = worker
	else
		thread.shouldstop()
		session:close()
	end
	return hired, worker
end

-- Serves until the thread that runs this is stopped. job has the fields
-- script  the workers' script
-- name    of their threads; the worker's number comes behind it
-- memory  the limit of a worker's runtime, in bytes (optional)
-- [1]...  what the workers are given besides
function crew.serve(server, job)
	local workers, number = {}, 1
	while not thread.shouldstop() do
		local ok, err = accept(server, workers, number, job)
		if workers[number] then
			number = number + 1
		elseif not ok and not thread.shouldstop() then
			print(("%s%d: cannot be served: %s"):format(job.name, number, tostring(err)))
			linux.schedule(BREATH)
		end
	end
	server:close()
	dismissall(workers)
end

-- The worker's half

-- Runs talk(session, ...) and closes the session. True if it came to its end or
-- was told to stop, false if it raised an error.
function crew.work(control, session, talk, ...)
	local ok = pcall(talk, session, ...)
	ok = thread.shouldstop() or control:getbyte(STOP) ~= 0 or ok
	pcall(session.close, session)
	control:setbyte(ENDED, 1)
	return ok
end

-- Sends all of a message. A send that takes a part of it only was interrupted.
function crew.send(session, message)
	local sent = session:send(message)
	while sent < #message do
		if thread.shouldstop() then
			error("stopped", 0)
		end
		message = message:sub(sent + 1)
		sent = session:send(message)
	end
end

return crew
