-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- libxt_dnsdoctor: what iptables loads for "-j dnsdoctor". See dnsdoctor.lua.

local luaxt = require("luaxt")

local FORMAT <const> = ">s4I4I4"
local defaults = {name = "lunatik.com", client = "10.1.1.2", address = "10.1.2.3"}

local function aton(text)
	local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
	local bytes = {tonumber(a), tonumber(b), tonumber(c), tonumber(d)}
	for i = 1, 4 do
		if not bytes[i] or bytes[i] > 255 then
			error(("'%s' is not an address of IPv4"):format(text), 0)
		end
	end
	return bytes[1] << 24 | bytes[2] << 16 | bytes[3] << 8 | bytes[4]
end

local function ntoa(address)
	return ("%d.%d.%d.%d"):format(address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255)
end

-- "lunatik.com" -> "\7lunatik\3com"
local function encode(name)
	local labels = {}
	for label in name:gsub("%.$", ""):gmatch("[^.]+") do
		if #label > 63 then
			error(("'%s' is not a name"):format(name), 0)
		end
		labels[#labels + 1] = string.pack("s1", label)
	end
	local wire = table.concat(labels)
	if #wire == 0 or #wire > 240 then
		error(("'%s' is not a name"):format(name), 0)
	end
	return wire
end

local function decode(wire)
	local labels, at = {}, 1
	while at <= #wire do
		labels[#labels + 1], at = string.unpack("s1", wire, at)
	end
	return table.concat(labels, ".")
end

local function pack(rule)
	return string.pack(FORMAT, encode(rule.name), aton(rule.client), aton(rule.address))
end

local function unpack(userargs)
	local wire, client, address = string.unpack(FORMAT, userargs)
	return {name = decode(wire), client = ntoa(client), address = ntoa(address)}
end

local function show(userargs)
	local rule = unpack(userargs)
	io.write(("--name %s --client %s --address %s"):format(rule.name, rule.client, rule.address))
end

luaxt.target{
	revision = 0,
	family = luaxt.family.IPV4,
	options = {{name = "name", arg = true}, {name = "client", arg = true}, {name = "address", arg = true}},
	help = function()
		print(("dnsdoctor target options:\n" ..
			"  --name NAME      answers about this name (%s)\n" ..
			"  --client IP      to this machine (%s)\n" ..
			"  --address IP     say this (%s)"):format(defaults.name, defaults.client, defaults.address))
	end,
	init = function(par)
		par.userargs = pack(defaults)
	end,
	parse = function(par)
		if par.invert then
			return false
		end
		local rule = unpack(par.userargs)
		rule[par.option] = par.arg
		par.userargs = pack(rule)
		return true
	end,
	print = show,
	save = show,
}
