-- SPDX-License-Identifier: MIT OR GPL-2.0-only

--- Starts, lists and stops the runtimes of scripts.
-- What the command `lunatik run|spawn|stop|list` does, as functions: at the
-- prompt they are `lunatik.runner.run(...)` and so on. The table of runtimes
-- lives in the kernel (module `control`), which makes each step atomic: two
-- clients that run the same script at once get one runtime and one error.
-- @module lunatik.runner

local control = require("control")

local runner = {}

-- A script goes by one name, with or without its suffix, in every function here.
local function strip(script, where)
	if type(script) ~= "string" then
		error(string.format("bad argument #1 to '%s' (string expected, got %s)", where, type(script)), 3)
	end
	return (script:gsub("%.lua$", ""))
end

local function names()
	local list = {}
	for _, runtime in ipairs(control.list()) do
		list[#list + 1] = runtime.name
	end
	table.sort(list)
	return list
end

--- Creates a runtime for a script.
-- Raises the script's own error, or "<script> is already running".
-- @tparam string script name below /lib/modules/lua, with or without ".lua"
-- @tparam[opt=true] boolean sleep whether the runtime may sleep
-- @return the runtime
-- @usage lunatik.runner.run("examples/systrack")
function runner.run(script, ...)
	local sleep = select("#", ...) == 0 or not not (...)
	return control.run(strip(script, "run"), sleep)
end

--- Creates a runtime for a script and runs its function in a kernel thread.
-- @tparam string script name below /lib/modules/lua, with or without ".lua"
-- @return the thread
function runner.spawn(script)
	strip(script, "spawn")
	error("spawn needs the thread binding, which is not built", 0)
end

--- Stops a script's runtime, also one that is still loading; waits until it is gone.
-- An unknown name is not an error.
-- @tparam string script name, with or without ".lua"
-- @treturn boolean true if there was one to stop
-- @usage lunatik.runner.stop("examples/systrack")
function runner.stop(script)
	return control.stop(strip(script, "stop"))
end

--- Names the scripts that run.
-- @treturn string the names, sorted and joined with ", "; empty if none runs
function runner.list()
	return table.concat(names(), ", ")
end

--- Stops every script's runtime.
function runner.shutdown()
	control.shutdown()
end

--- Kept for scripts written for Lunatik 3.6, where it made the tables that
-- the kernel side keeps now. It does nothing: what runs goes on running.
function runner.startup()
end

return runner
