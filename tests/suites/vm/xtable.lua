-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- xtable: what match() and target() take and refuse. xtable runs it.

local T = require("tests/harness")
local P = require("tests/packets")
local xtable = require("xtable")
local netfilter = require("netfilter")

T.start("xtable", true)

-- in a runtime that never sleeps: `make` of `f` with the fields of `change`, of which
-- the string "nil" takes one away. What it raised is left in `out`
local PRELUDE <const> = [[
local xt = require("xtable")
local function nop() end
local function fields(change)
	local all = {name = "tests", revision = 0, family = xt.family.UNSPEC, proto = 0, hooks = 0,
		match = nop, target = nop, checkentry = nop, destroy = nop}
	for key, value in pairs(change) do
		all[key] = value ~= "nil" and value or nil
	end
	return all
end
local function make(f, change)
	return select(2, pcall(f, fields(change)))
end
local function say(result)
	result = tostring(result)
	out:setint32(0, #result)
	out:setstring(4, result)
end
]]

local function result(text)
	local rt <close>, out = P.hook(PRELUDE .. text)
	T.ok(rt, "runs")
	return out:getstring(4, out:getint32(0))
end

local function refuses(change, want, f)
	local got = result(("say(make(xt.%s, {%s}))"):format(f or "match", change))
	T.ok(got:find(want, 1, true), ("%s: %s, not %s"):format(change, got, want))
end

T.test("the tables of netfilter", function()
	for _, name in ipairs{"family", "action", "inet_hooks", "bridge_hooks", "arp_hooks", "netdev_hooks",
		"ip_priority", "bridge_priority"} do
		for key, value in pairs(netfilter[name]) do
			T.eq(xtable[name][key], value, name .. "." .. key)
		end
	end
end)

T.test("fields that are needed", function()
	for _, key in ipairs{"name", "revision", "family", "hooks", "checkentry", "destroy", "match"} do
		refuses(key .. " = 'nil'", "bad field '" .. key .. "' (")
		refuses(key .. " = {}", "bad field '" .. key .. "' (")
	end
	refuses("target = 'nil'", "bad field 'target' (function expected, got nil)", "target")
	refuses("proto = {}", "bad field 'proto' (number expected, got table)")
end)

T.test("fields that are not", function()
	T.ok(result("say(make(xt.match, {proto = 'nil', target = 'nil'}))"):find("^xtable"), "match")
	T.ok(result("say(make(xt.target, {proto = 'nil', match = 'nil'}))"):find("^xtable"), "target")
end)

T.test("numbers out of range", function()
	for key, values in pairs{revision = "-1 256", family = "-1 13 1000 5 4", proto = "-1 65536",
		hooks = "-1 4294967296 math.mininteger"} do
		for value in values:gmatch("%S+") do
			refuses(key .. " = " .. value, "bad field '" .. key .. "' (out of range)")
		end
	end
end)

T.test("names", function()
	T.ok(result("say(make(xt.match, {name = ('n'):rep(28)}))"):find("^xtable"), "28 characters")
	refuses("name = ('n'):rep(29)", "'name' is too long")
	refuses("name = ('n'):rep(100000)", "'name' is too long")
	for _, name in ipairs{"", "%n%s", "a b", "a/b", "../a", "a\\0b", "-a", ".a", "a\\nb", "\\xc3\\xa4"} do
		refuses(("name = '%s'"):format(name), "bad field 'name' (letters")
	end
end)

T.test("a name that is taken", function()
	local got = result("local a = make(xt.match, {}) say(make(xt.match, {}))")
	T.ok(got:find("xtable: ", 1, true) and (got:find("EEXIST") or got:find("17")), got)
	T.ok(result("local a = make(xt.match, {}) say(make(xt.target, {}))"):find("^xtable"), "of a match, for a target")
	T.ok(result("local a = make(xt.match, {}) say(make(xt.match, {revision = 1}))"):find("^xtable"), "of another revision")
	got = result("say(make(xt.match, {name = 'mark', revision = 1}))")
	T.ok(got:find("EEXIST") or got:find("17"), "the kernel's: " .. got)
end)

T.test("stop, and once more", function()
	T.eq(result("local a = make(xt.match, {}) local s = tostring(a:stop()) say(s .. tostring(a:stop()))"), "truefalse")
	T.ok(result("local a = make(xt.match, {}) a:stop() say(make(xt.match, {}))"):find("^xtable"), "the name is free again")
	T.eq(result("local a = make(xt.target, {}) say(table.concat({a:missed()}, ' '))"), "0 0 0")
end)

T.test("a runtime that sleeps", function()
	local ok, err = pcall(xtable.match, {name = "tests", revision = 0, family = 0, hooks = 0,
		match = print, checkentry = print, destroy = print})
	T.ok(not ok and err:find("cannot use sleepable runtime in this context", 1, true), tostring(err))
end)

T.test("hundreds of names", function()
	local text = result([[
		local made, err = 0, nil
		for i = 1, 300 do
			local handle = make(xt.match, {name = "many" .. i})
			if type(handle) == "string" then
				err = handle
				break
			end
			made = made + 1
			handle:stop()
		end
		say(made .. " " .. tostring(err))]])
	local made, err = text:match("^(%d+) (.*)$")
	T.ok(tonumber(made) > 200 and tonumber(made) <= 256, made)
	T.ok(err:find("ENOSPC") or err:find("28"), err)
end)

return T.finish()
