-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- The dialect of Lua in the kernel: 5.4, without what api-facts and docs/lua.md
-- say is not there. A script that uses such a name is found here, not at run time.

local function fields(names)
	local set = {}
	for name in names:gmatch("%S+") do
		set[name] = {}
	end
	return {fields = set}
end

stds.lunatik = {
	globals = {
		package = {fields = {loaded = {other_fields = true, read_only = false},
			preload = {other_fields = true, read_only = false},
			path = {read_only = false}, config = {}, loadlib = {}, searchers = {other_fields = true}, searchpath = {}}},
	},
	read_globals = {
		"_G", "_VERSION", "_LUNATIK_VERSION", "assert", "collectgarbage", "dofile", "error",
		"getmetatable", "ipairs", "load", "loadfile", "next", "pairs", "pcall", "print",
		"rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable",
		"tonumber", "tostring", "type", "warn", "xpcall",
		coroutine = fields "close create isyieldable resume running status wrap yield",
		debug = fields [[gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue
			sethook setlocal setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin]],
		math = fields "abs max maxinteger min mininteger tointeger ult",
		string = fields [[byte char find format gmatch gsub len lower match pack packsize rep
			reverse sub unpack upper]],
		table = fields "concat insert move pack remove sort unpack",
		utf8 = fields "char charpattern codepoint codes len offset",
	},
}

std = "lunatik"
self = false -- a callback gets its driver whether it needs it or not

-- These run as ordinary programs on the build machine.
files["tests/suites/host"] = {std = "lua54"}
-- Tests of the language do on purpose what one should not: dead code, loops that
-- run once, names that are not there, values that nobody reads.
local deliberate = {"21.", "23.", "24.", "3..", "4..", "5..", "631"}
files["tests/lang"] = {std = "lua54+lunatik", ignore = deliberate}
-- at the prompt, where these run, `lunatik` is a global
files["tests/lua"] = {read_globals = {"lunatik"}, ignore = deliberate}
files["lua/tests"] = {std = "lua54+lunatik", ignore = deliberate}
