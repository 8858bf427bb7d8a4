-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- /dev/t-probe runs what is written to it, and reading tells the result. Chunks share
-- their globals, and what is here.

local completion = require("completion")
local device = require("device")
local linux = require("linux")
local probe = require("probe")

local env = setmetatable({probe = probe, linux = linux, hits = 0}, {__index = _G})

-- A handler that does what handlers do: counts, makes garbage, seldom says something.
function env.handler(_, dump)
	env.hits = env.hits + 1
	env.last = {env.hits, "hit " .. env.hits}
	if env.hits % 5000 == 0 then
		print("t-probe: ", env.hits)
		if type(dump) == "function" then
			dump()
		end
	end
end

-- Probes in the first of these ways that the kernel lets it, each {function, arguments}.
local function start(...)
	local ok, result
	env.hits = 0
	for _, way in ipairs{...} do
		ok, result = pcall(table.unpack(way))
		if ok then
			break
		end
	end
	env.p = ok and result or nil
	return ok and "on" or result
end

-- Probes a function in all ways; some cannot be seen returning.
function env.on(symbol)
	return start({probe.new, symbol, {pre = env.handler, post = env.handler,
		ret = function(target, _, dump) env.handler(target, dump) end}},
		{probe.new, symbol, {pre = env.handler, post = env.handler}})
end

function env.trace(name)
	return start{probe.tracepoint, name, env.handler, 3}
end

-- A handler that prints and wakes, of what those go through themselves.
function env.say(name)
	local done = completion.new()
	local function handler()
		env.hits = env.hits + 1
		print("t-probe: hit")
		done:complete()
	end
	return start({probe.tracepoint, name, handler, 0}, {probe.new, name, {pre = handler}})
end

-- how often it hit
function env.off()
	env.p:stop()
	return env.hits + env.p:missed()
end

local function nop() end

local driver = {name = "t-probe", open = nop, release = nop}
local result = ""

function driver:write(chunk)
	local ok, value = pcall(assert(load(chunk, "=chunk", "t", env)))
	result = (ok and "" or "error: ") .. tostring(value) .. "\n"
end

function driver:read(length, offset)
	return result:sub(offset + 1, offset + length)
end

device.new(driver)
