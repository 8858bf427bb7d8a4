-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- For suites about packets: hooks in runtimes of their own, and traffic through the
-- loopback interface and through a pair of veth, t-a and t-b, that the suite's shell
-- half has made.

local lunatik = require("lunatik")
local data = require("data")
local linux = require("linux")
local socket = require("socket")
local wait_for = require("tests/wait")

local af, sock, ipproto = socket.af, socket.sock, socket.ipproto

local P = {LO = 0x7f000001, PORT = 7777, A = "\2\0\0\0\0\1", B = "\2\0\0\0\0\2"}

-- hook(text): a runtime that never sleeps, whose script is `text`. It sees `nf` (the
-- library), `out` (memory of 4 KiB, returned as well) and `action`. Close it. `before`
-- is called when `out` is there.
function P.hook(text, before)
	text = "local nf, out = ... local action = nf.action; " .. text
	local source = data.new(#text)
	source:setstring(0, text)
	local out = data.new(4096)
	lunatik._ENV["packets.source"], lunatik._ENV["packets.out"] = source, out
	if before then
		before()
	end
	return lunatik.runtime("tests/packethook", false), out
end

-- register(fields, body): the text of a hook with the function of `body`, which gets p
function P.register(fields, body)
	return ("nf.register{%s, hook = function(p) %s end}"):format(fields, body)
end

function P.wait_for(condition)
	return wait_for(condition, 500)
end

-- a pair of UDP sockets: what `send` sends comes to `receive`, or nil after a while
function P.udp()
	local inet = require("socket.inet")
	local server, client = inet.udp(), inet.udp()
	server:bind("127.0.0.1", P.PORT)
	local pair = {}
	function pair.send(text)
		return pcall(client.send, client, text, "127.0.0.1", P.PORT)
	end
	function pair.receive(tries)
		for _ = 1, tries or 100 do
			local ok, text = pcall(server.receive, server, 65536, socket.msg.DONTWAIT)
			if ok then
				return text
			end
			linux.schedule(2)
		end
	end
	-- what comes when `text` is sent: the text, or nil and the errno of the sender
	function pair.echo(text, tries)
		local ok, err = pair.send(text)
		if not ok then
			return nil, err
		end
		return pair.receive(tries)
	end
	function pair.close()
		server:close()
		client:close()
	end
	return setmetatable(pair, {__close = pair.close})
end

local function sum(bytes, from)
	local total = from or 0
	for at = 1, #bytes - 1, 2 do
		total = total + (bytes:byte(at) << 8 | bytes:byte(at + 1))
	end
	if #bytes % 2 == 1 then
		total = total + (bytes:byte(-1) << 8)
	end
	while total > 0xffff do
		total = (total & 0xffff) + (total >> 16)
	end
	return ~total & 0xffff
end
P.sum = sum

-- an IPv4 header and what is behind it
function P.ipv4(proto, src, dst, payload)
	local head = string.pack(">I1I1I2I2I2I1I1I2I4I4", 0x45, 0, 20 + #payload, 1, 0, 64, proto, 0, src, dst)
	return head:sub(1, 10) .. string.pack(">I2", sum(head)) .. head:sub(13) .. payload
end

-- a UDP datagram over IPv4, with its checksum
function P.datagram(src, dst, sport, dport, text)
	local udp = string.pack(">I2I2I2I2", sport, dport, 8 + #text, 0) .. text
	local check = sum(string.pack(">I4I4I2I2", src, dst, 17, #udp) .. udp)
	return P.ipv4(17, src, dst, udp:sub(1, 6) .. string.pack(">I2", check) .. text)
end

function P.frame(proto, payload)
	return P.B .. P.A .. string.pack(">I2", proto) .. payload
end

-- something to put frames on t-a with
function P.wire()
	local s = socket.new(af.PACKET, sock.RAW, 0)
	s:bind(linux.ifindex("t-a"))
	return s
end

P.ipproto = ipproto

return P
