-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Match and target "ltest": what they do is said by the rule, "word" or "word number".
-- See the suite xtable-rules.

local xt = require("xtable")

local kept, kept_par

local function parse(userargs)
	local text = string.unpack("z", userargs)
	return text:match("^(%S+) ?(.*)$")
end

local function refused(want, f, ...)
	local ok, err = pcall(f, ...)
	return not ok and err:find(want, 1, true) ~= nil
end

local matches = {}

function matches.len(p, _, n) return #p > tonumber(n) end
function matches.none() return false end
function matches.all() return true end
function matches.error() error("xt: as asked") end
function matches.drop(_, par) par.hotdrop = true end
function matches.ttl(p, _, n) return p:getuint8(8) == tonumber(n) end
function matches.last(p, _, n) return p:getuint8(#p - 1) == tonumber(n) end
function matches.bytes(p, _, n) -- from the end on, across whatever pieces there are
	local sum = 0
	for i = #p - 1, 0, -1 do
		sum = sum + p:getuint8(i)
	end
	return sum > tonumber(n)
end
function matches.readonly(p) return refused("read only", p.setuint8, p, 0, 0) and refused("read only", p.setuint8, p, #p - 1, 0) end
function matches.bounds(p)
	return refused("out of bounds", p.getuint8, p, #p) and refused("out of bounds", p.getuint8, p, -1)
		and refused("out of bounds", p.getint64, p, #p - 7) and refused("out of bounds", p.getstring, p, 1, math.maxinteger)
end
function matches.kept(p)
	local view = kept
	kept = p
	return view ~= nil and view == p -- the same object, filled anew
end
function matches.par(_, par, n)
	local same = kept_par == nil or kept_par == par
	kept_par = par
	return same and par.hotdrop == false and par.thoff == tonumber(n) and par.fragoff == 0
		and par.hooknum == xt.inet_hooks.LOCAL_OUT
end

local function match(p, par, userargs)
	local word, n = parse(userargs)
	if #userargs ~= 256 then
		error("xt: not 256 bytes")
	end
	return (matches[word] or matches.none)(p, par, n)
end

local repeats = 0
local targets = {}

function targets.verdict(_, _, n) return tonumber(n) end
function targets.error() error("xt: as asked") end
function targets.text() return "DROP" end
function targets.malform(p)
	p:setuint8(0, 0)
	return xt.action.ACCEPT
end
function targets.ttl(p, _, n)
	p:setuint8(8, tonumber(n))
	require("skb").checksum(p)
	return xt.action.CONTINUE
end
targets["repeat"] = function(_, _, n)
	repeats = repeats + 1
	return repeats % tonumber(n) == 0 and xt.action.DROP or xt.action.REPEAT
end
function targets.forever()
	return xt.action.REPEAT
end

local function target(p, par, userargs)
	local word, n = parse(userargs)
	return targets[word](p, par, n)
end

local function checkentry(userargs)
	local text = string.unpack("z", userargs)
	print("xt: check " .. text)
	if text == "refuse" then
		error("xt: refused", 0)
	end
end

local function destroy(userargs)
	print("xt: destroy " .. string.unpack("z", userargs))
end

local function options(fields)
	fields.revision, fields.checkentry, fields.destroy = 0, checkentry, destroy
	fields.hooks = fields.hooks or 0
	fields.family = fields.family or xt.family.UNSPEC
	return fields
end

xt.match(options{name = "ltest", match = match})
xt.target(options{name = "ltest", target = target})
xt.match(options{name = "lout", match = match, hooks = 1 << xt.inet_hooks.LOCAL_OUT, proto = 17,
	family = xt.family.IPV4})
