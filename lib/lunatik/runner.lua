-- SPDX-License-Identifier: MIT OR GPL-2.0-only

--- Starts, lists and stops the runtimes of scripts.
-- What the command `lunatik run|spawn|stop|list` does, as functions: at the
-- prompt they are `lunatik.runner.run(...)` and so on. The table of runtimes
-- lives in the kernel (module `control`), which makes each step atomic: two
-- clients that run the same script at once get one runtime and one error.
-- @module lunatik.runner

local control = require("control")
local lunatik = require("lunatik")

local runner = {}

-- What runs is also found by name in lunatik._ENV.runtimes and .threads: for
-- scripts that look there, as they could in 3.6.
local function publish(kind, name, object)
	local objects = lunatik._ENV and lunatik._ENV[kind]
	if objects then
		objects[name] = object
	end
end

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
	local name = strip(script, "run")
	local runtime = control.run(name, sleep)
	publish("runtimes", name, runtime)
	return runtime
end

-- What ps(1) shows of a script: its name and one folder.
local function tail(name)
	return name:match("(%w*/?[^/]*)$")
end

--- Creates a runtime for a script and runs the function that it returns in a kernel thread.
-- The thread is called after the script: its name and the folder that it is in.
-- @tparam string script name below /lib/modules/lua, with or without ".lua"
-- @tparam[opt=true] boolean sleep must be true if it is given: a thread sleeps
-- @return the thread
-- @usage lunatik.runner.spawn("examples/shared")
function runner.spawn(script, ...)
	local thread = require("thread")
	local name = strip(script, "spawn")
	local runtime = runner.run(name, ...)
	local ok, result = pcall(thread.run, runtime, tail(name))
	if not ok then
		runner.stop(name)
		error(result, 0)
	end
	publish("threads", name, result)
	return result
end

--- Stops a script's runtime, also one that is still loading; waits until it is gone.
-- A thread in it is asked to end first, and given time to clean up.
-- An unknown name is not an error.
-- @tparam string script name, with or without ".lua"
-- @treturn boolean true if there was one to stop
-- @usage lunatik.runner.stop("examples/systrack")
function runner.stop(script)
	local name = strip(script, "stop")
	local stopped = control.stop(name)
	if stopped then
		publish("threads", name, nil)
		publish("runtimes", name, nil)
	end
	return stopped
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

--- Makes the tables lunatik._ENV.runtimes and lunatik._ENV.threads.
-- The driver of /dev/lunatik has done it. Doing it again empties them; what runs
-- goes on running.
function runner.startup()
	local env = lunatik._ENV
	if env then
		local rcu = require("rcu")
		env.runtimes, env.threads = rcu.table(), rcu.table()
	end
end

return runner
