-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- echod's worker: one connection. daemon.lua starts it.

local crew = require("examples/crew")

local SIZE <const> = 64 * 1024

local function echo(session)
	local message = session:receive(SIZE)
	while message ~= "" do -- the end of what the client sends
		crew.send(session, message)
		message = session:receive(SIZE)
	end
end

return function(control, session, number)
	local function report(event)
		print(("echod [worker #%d]: %s"):format(number, event))
	end
	return function()
		report("started")
		report(crew.work(control, session, echo) and "stopped" or "aborted")
	end
end
