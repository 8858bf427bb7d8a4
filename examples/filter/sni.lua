-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- filter: connections to some servers do not get through, by the name that the client
-- asks for (TLS's server name indication). An XDP program shows the frames: https.c
--
--   $ sudo lunatik run examples/filter/sni false
--   $ sudo xdp-loader load -m skb IFNAME /usr/local/lib/bpf/lunatik/https.o
--   ... and from a machine behind that interface:
--   $ curl https://ebpf.io           (ends without an answer)
--   ... here:
--   $ sudo dmesg | tail -n 1
--   filter_sni: ebpf.io DROP
--   $ sudo xdp-loader unload -a IFNAME && sudo lunatik stop examples/filter/sni
--
-- A hello may come in any number of segments: those that come before it is complete are
-- let through, the one that completes it is not, nor is anything after it.

local xdp = require("xdp")
local tls = require("tls")
local linux = require("linux")

local action = xdp.action

local blacklist = {["ebpf.io"] = true}

local HANDSHAKE <const> = 22 -- a TLS record's first byte
local SYN <const> = 0x02
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

local function verdict_of(name)
	local verdict = blacklist[name] and "DROP" or "PASS"
	print(("filter_sni: %s %s"):format(name, verdict))
	return action[verdict]
end

-- addresses and ports, as they are in the frame
local function key_of(frame, ip, tcp)
	local v4 = frame:getuint8(ip) >> 4 == 4
	return frame:getstring(ip + (v4 and 12 or 8), v4 and 8 or 32) .. frame:getstring(tcp, 4)
end

-- `where` is four offsets in the frame: IP, TCP, what TCP carries, its end
local function filter(frame, where)
	local ip, tcp = where:getuint16(0), where:getuint16(2)
	local payload = where:getuint16(4)
	local size = math.min(where:getuint16(6), #frame) - payload
	local syn = frame:getuint8(tcp + 13) & SYN ~= 0
	local key = key_of(frame, ip, tcp)
	if syn then
		forget(key)
	elseif refused[key] or before[key] then
		return action.DROP
	end
	if not syn and not connections:get(key) and (size <= 0 or frame:getuint8(payload) ~= HANDSHAKE) then
		return action.PASS -- the rest of a connection, nearly always
	end
	local bytes = size > 0 and frame:getstring(payload, math.min(size, HELLO)) or ""
	local what, name = connections:segment(key, linux.ntoh32(frame:getuint32(tcp + 4)), syn, bytes)
	if what == "gap" then
		return action.DROP
	elseif what ~= "name" then
		return action.PASS
	end
	local verdict = verdict_of(name)
	if verdict == action.DROP then
		refuse(key)
	end
	return verdict
end

xdp.attach(filter)
