-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "fib": arguments that are wrong, and contexts that it is not for. fib runs
-- it, and looks whether a rule came of it.

local T = require("tests/harness")
local fib = require("fib")
local fire = require("tests/fire")

T.start("fib", true)

local FUNCTIONS = {fib.newrule, fib.delrule}

-- both refuse this
local function refused(text, ...)
	for _, fn in ipairs(FUNCTIONS) do
		T.errfind(text, fn, ...)
	end
end

T.test("numbers beyond 32 bits, none, and no numbers", function()
	for bit = 32, 63 do
		local power = 1 << bit
		for _, number in ipairs({power, power + 1, -power, power | 100, ~power}) do
			refused("out of range", number, 1)
			refused("out of range", 1, number)
		end
	end
	refused("out of range", 0, 1)
	refused("out of range", -1, 1)
	refused("out of range", 1, -1)
	refused("out of range", 1, math.mininteger)
	refused("#1", 0, 1)
	refused("#2", 1, -1)
	refused("number expected, got no value")
	refused("number expected, got no value", 1)
	refused("number expected, got table", {}, 1)
	refused("number expected, got string", 1, "main")
end)

T.test("families and namespaces that are none", function()
	refused("invalid option 'ipx'", 1, 1, "ipx")
	refused("invalid option '%n%s'", 1, 1, "%n%s")
	refused("invalid option '2'", 1, 1, 2)
	refused("string expected, got table", 1, 1, {})
	refused("process out of range", 1, 1, nil, 0)
	refused("process out of range", 1, 1, nil, -1)
	refused("process out of range", 1, 1, nil, 1 << 32 | 1)
	refused("absolute path", 1, 1, nil, "blue %n%s")
	refused("absolute path", 1, 1, nil, "/run/netns/\0")
	refused("number expected, got table", 1, 1, nil, {})
end)

T.test("not in atomic context", function()
	for _, name in ipairs({"newrule", "delrule"}) do
		local ok, message
		fire(function() ok, message = pcall(fib[name], 1, 1) end)
		T.eq(ok, false)
		T.ok(tostring(message):find(name .. " may sleep", 1, true), message)
	end
end)

return T.finish()
