-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- contexts: the class x context matrix of docs/contexts.md. contexts runs it.

local T = require("tests/harness")
local contexts = require("contexts")
local fire = require("tests/fire")
local judge = require("tests/contexts/judge")
local libraries = require("tests/contexts/data")
local lunatik = require("lunatik")
local wait = require("tests/wait")

T.start("contexts", true)

-- libraries that some kernels cannot have
local NEEDS <const> = {
	probe = "CONFIG_KPROBES is not set",
	xdp = "CONFIG_DEBUG_INFO_BTF_MODULES is not set",
}

-- lacking(name): why there is no such library here, or nil. Anything else is a failure
local function lacking(name)
	local there, message = pcall(require, name)
	return not there and message:find("module '" .. name .. "' not found", 1, true) and NEEDS[name] or nil
end

local function agree(count, wrong)
	T.ok(count and count > 0, "something was judged")
	for i = 1, math.min(#wrong, 6) do
		T.ok(false, wrong[i])
	end
end

-- in an event: the time of one is limited, so each library has its own
local function fired(library, how)
	local count, wrong
	local result = fire(function() count, wrong = judge(library, "atomic") end, how)
	T.eq(result.err, 0)
	T.eq(result.text, nil)
	return count, wrong or {}
end

local function everywhere(library, name)
	T.test(name .. ": a process entry of a sleepable runtime", function()
		agree(judge(library, "process"))
	end)
	T.test(name .. ": a softirq entry of a sleepable runtime", function()
		agree(fired(library))
	end)
	T.test(name .. ": a hard interrupt entry of a sleepable runtime", function()
		agree(fired(library, "hardirq"))
	end)
end

T.test("the generator found the libraries", function()
	T.ok(#libraries >= 5, #libraries .. " libraries")
end)

everywhere(nil, "kinds of class")
for _, library in ipairs(libraries) do
	local reason = lacking(library.name)
	if reason then
		T.skip(library.name, reason)
	else
		everywhere(library, library.name)
	end
end

-- what the runtime that never sleeps has posted: context, library, calls, what is wrong
local posted = {}

local function collect()
	for context, name, count, wrong in contexts.posts():gmatch("(%S+) (%S+) (%d+) ([^\n]*)\n") do
		posted[context .. " " .. name] = {tonumber(count), wrong}
	end
end

local function wait_for(key)
	wait(function()
		collect()
		return posted[key]
	end, 3000)
	return posted[key] or {0, "nothing was posted"}
end

local never = lunatik.runtime("tests/contexts/never", false)

local function judged(name)
	for _, context in ipairs({"load", "never"}) do
		T.test(name .. ": " .. (context == "load" and "loading" or "an entry of") ..
			" a runtime that never sleeps", function()
			local got = wait_for(context .. " " .. name)
			T.ok(got[1] > 0, "something was judged")
			T.eq(got[2], "")
		end)
	end
end

judged("kinds")
for _, library in ipairs(libraries) do
	if not lacking(library.name) then
		judged(library.name)
	end
end

never:stop()

return T.finish()
