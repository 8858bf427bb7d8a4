-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- nf_sni: connections to some servers do not get through, by the name that the client
-- asks for (TLS's server name indication)
--
--   $ sudo lunatik run examples/filter/nf_sni false
--   $ curl https://ebpf.io           (ends without an answer)
--   $ sudo dmesg | tail -n 1
--   filter_sni: ebpf.io DROP
--   $ sudo lunatik stop examples/filter/nf_sni
--
-- What this machine sends, and what it forwards, to TCP port 443. A hello may come in
-- any number of segments: those that come before it is complete are let through, the
-- one that completes it is not, nor is anything after it.

local netfilter = require("netfilter")
local tls = require("tls")
local linux = require("linux")

local action, family, hooks = netfilter.action, netfilter.family, netfilter.inet_hooks

local blacklist = {["ebpf.io"] = true}

local TCP <const> = 6
local HTTPS <const> = 443
local HEADER <const> = 20 -- of TCP, without options
local SYN <const> = 0x02
local HANDSHAKE <const> = 22 -- a TLS record's first byte
local HELLO <const> = 20000 -- bytes: no hello is as long

local connections = tls.tracker()

-- Connections that were refused: two tables take turns, as in the tracker.
local refused, before, count = {}, {}, 0

local function refuse(key)
	count = count + 1
	if count > 1024 then
		refused, before, count = {}, refused, 1
	end
	refused[key] = true
end

local function forget(key)
	refused[key], before[key] = nil, nil
end

-- addresses and ports, as they are in the packet
local function key_of(ip, tcp)
	local v4 = ip:getuint8(0) >> 4 == 4
	return ip:getstring(v4 and 12 or 8, v4 and 8 or 32) .. tcp:getstring(0, 4)
end

local function verdict_of(name)
	local verdict = blacklist[name] and "DROP" or "PASS"
	print(("filter_sni: %s %s"):format(name, verdict))
	return verdict == "DROP"
end

local function decide(key, tcp, header)
	local syn = tcp:getuint8(13) & SYN ~= 0
	if syn then
		forget(key)
	elseif refused[key] or before[key] then
		return action.DROP
	end
	local size = math.min(#tcp - header, HELLO)
	if not syn and not connections:get(key) and (size == 0 or tcp:getuint8(header) ~= HANDSHAKE) then
		return action.ACCEPT -- the rest of a connection, nearly always
	end
	local payload = size > 0 and tcp:getstring(header, size) or ""
	local what, name = connections:segment(key, linux.ntoh32(tcp:getuint32(4)), syn, payload)
	if what == "gap" then
		return action.DROP
	elseif what == "name" and verdict_of(name) then
		refuse(key)
		return action.DROP
	end
	return action.ACCEPT
end

local function filter(skb)
	local tcp, proto = skb:data("transport")
	if proto ~= TCP or #tcp < HEADER or linux.ntoh16(tcp:getuint16(2)) ~= HTTPS then
		return action.ACCEPT
	end
	local header = (tcp:getuint8(12) >> 4) * 4
	if header < HEADER or header > #tcp then
		return action.ACCEPT
	end
	return decide(key_of(skb:data("net"), tcp), tcp, header)
end

for _, hooknum in ipairs{hooks.LOCAL_OUT, hooks.FORWARD} do
	netfilter.register{
		hook = filter,
		pf = family.INET,
		hooknum = hooknum,
		priority = netfilter.ip_priority.FILTER,
		markmode = "nonzero", -- marked packets, too
		skb = true,
	}
end
