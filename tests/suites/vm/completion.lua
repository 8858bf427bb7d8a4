-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "completion" inside one runtime. completion runs it; waiters that are
-- stopped, interrupted or many are in completion-wait.

local T = require("tests/harness")
local completion = require("completion")
local linux = require("linux")
local skel = require("skel")
local fire = require("tests/fire")

T.start("completion", true)

local function ms(fn)
	local start = linux.time()
	fn()
	return linux.difftime(linux.time(), start) // 1000000
end

T.test("what was completed before is not waited for", function()
	local c = completion.new()
	T.vals("", c:complete())
	T.ok(ms(function() T.vals("true", c:wait()) end) < 1000, "at once")
	c:complete()
	T.vals("true", c:wait(0))
	T.vals('nil, "timeout"', c:wait(0))
end)

T.test("it counts: each complete lets one wait through", function()
	local c = completion.new()
	for _ = 1, 1000 do
		c:complete()
	end
	for _ = 1, 1000 do
		T.eq(c:wait(0), true)
	end
	T.vals('nil, "timeout"', c:wait(0))
end)

T.test("a wait takes as long as it says", function()
	local c = completion.new()
	for _, time in ipairs({1, 30, 100}) do
		local took = ms(function() T.vals('nil, "timeout"', c:wait(time)) end)
		T.ok(took >= time - 1, time .. " ms took " .. took)
	end
end)

T.test("a wait ends when a timer completes it; the runtime is let go meanwhile", function()
	local c, calls = completion.new(), 0
	local _ <close> = skel.timer(5, function()
		calls = calls + 1
		c:complete()
	end)
	for _ = 1, 10 do
		T.vals("true", c:wait())
	end
	T.ok(calls >= 10, calls .. " calls")
	T.vals("true", c:wait(math.maxinteger))
end)

T.test("a hard interrupt completes it", function()
	local c = completion.new()
	T.eq(fire(function() c:complete() end, "hardirq").err, 0)
	T.vals("true", c:wait())
end)

T.test("it can be made in an interrupt, but not waited for", function()
	for _, how in ipairs({"softirq", "hardirq"}) do
		local c, message
		local result = fire(function()
			c = completion.new()
			c:complete()
			message = select(2, pcall(c.wait, c, 0))
		end, how)
		T.eq(result.err, 0, result.text or "")
		T.ok(tostring(message):find("sleep", 1, true), tostring(message))
		T.eq(c:wait(0), true)
	end
end)

T.test("arguments are checked", function()
	local c = completion.new()
	T.errfind("negative timeout", c.wait, c, -1)
	T.errfind("negative timeout", c.wait, c, math.mininteger)
	T.errfind("number expected, got string", c.wait, c, "soon")
	T.errfind("completion expected, got", c.wait)
	T.errfind("completion expected, got", c.complete, {})
	T.errfind("completion expected, got", c.complete, require("data").new(64))
end)

T.test("a finaliser cannot wait", function()
	local message
	setmetatable({}, {__gc = function()
		message = select(2, pcall(completion.new().wait, completion.new(), 1))
	end})
	collectgarbage()
	T.ok(tostring(message):find("cannot sleep", 1, true), tostring(message))
end)

T.test("ten thousand dropped", function()
	for _ = 1, 10000 do
		completion.new():complete()
	end
	collectgarbage()
	T.eq(completion.new():wait(0), nil)
end)

return T.finish()
