-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
-- What iptables loads for "-m ltest" and "-j ltest": --say TEXT goes to the kernel.

local luaxt = require("luaxt")

local SAY <const> = 1

local function side()
	return {
		revision = 0,
		family = luaxt.family.UNSPEC,
		options = {{name = "say", arg = true}, {name = "loud"}},
		help = function() print("ltest options:\n[!] --say TEXT\n--loud") end,
		init = function(par) par.userargs = "none" end,
		parse = function(par)
			if par.option == "loud" then
				par.userargs = string.unpack("z", par.userargs):upper()
			elseif #par.arg > 255 then
				error("--say: too long", 0)
			else
				par.userargs = (par.invert and "not " or "") .. par.arg
			end
			par.flags = par.flags | SAY
			return par.arg ~= "nothing"
		end,
		final_check = function(flags)
			if flags & SAY == 0 then
				error("--say is needed", 0)
			end
		end,
		print = function(userargs) io.write("ltest says ", string.unpack("z", userargs)) end,
		save = function(userargs) io.write(('--say "%s"'):format(string.unpack("z", userargs))) end,
	}
end

luaxt.match(side())
luaxt.target(side())
