-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- netfilter: verdicts, marks, what a hook gets, what is refused. netfilter runs it.

local T = require("tests/harness")
local P = require("tests/packets")
local lunatik = require("lunatik")
local linux = require("linux")
local socket = require("socket")
local netfilter = require("netfilter")

local errno = linux.errno
local action = netfilter.action

T.start("netfilter", true)

local LOCAL_OUT <const> = "pf = nf.family.INET, hooknum = nf.inet_hooks.LOCAL_OUT, priority = 0"
local PRE_ROUTING <const> = "pf = nf.family.IPV4, hooknum = nf.inet_hooks.PRE_ROUTING, priority = 0"
-- the suite's own packets: UDP to port 7777
local OURS <const> = [[if p:getuint8(9) ~= 17 or p:getuint8(22) ~= 0x1e or p:getuint8(23) ~= 0x61 then
	return action.ACCEPT end ]]

local function values(name, text)
	for key, value in text:gmatch("(%w+)=(%S+)") do
		T.eq(netfilter[name][key], tonumber(value), name .. "." .. key)
	end
end

T.test("the tables", function()
	values("family", "UNSPEC=0 INET=1 IPV4=2 ARP=3 NETDEV=5 BRIDGE=7 IPV6=10")
	values("action", "DROP=0 ACCEPT=1 STOLEN=2 QUEUE=3 REPEAT=4 STOP=5 CONTINUE=4294967295 RETURN=-5")
	values("netdev_hooks", "INGRESS=0 EGRESS=1")
	values("arp_hooks", "IN=0 OUT=1 FORWARD=2")
	for _, name in ipairs{"inet_hooks", "bridge_hooks"} do
		for number, hook in ipairs{"PRE_ROUTING", "LOCAL_IN", "FORWARD", "LOCAL_OUT", "POST_ROUTING"} do
			T.eq(netfilter[name][hook], number - 1, hook)
		end
	end
	for key, value in pairs{FIRST = -2147483648, RAW_BEFORE_DEFRAG = -450, CONNTRACK_DEFRAG = -400, RAW = -300,
		SELINUX_FIRST = -225, CONNTRACK = -200, MANGLE = -150, NAT_DST = -100, FILTER = 0, SECURITY = 50,
		NAT_SRC = 100, SELINUX_LAST = 225, CONNTRACK_HELPER = 300, LAST = 2147483647} do
		T.eq(netfilter.ip_priority[key], value, key)
	end
	for key, value in pairs{FIRST = -2147483648, NAT_DST_BRIDGED = -300, FILTER_BRIDGED = -200, BRNF = 0,
		NAT_DST_OTHER = 100, FILTER_OTHER = 200, NAT_SRC = 300, LAST = 2147483647} do
		T.eq(netfilter.bridge_priority[key], value, key)
	end
end)

T.test("a hook of LOCAL_OUT gets the packet from IP's header on", function()
	local udp <close> = P.udp()
	local rt <close>, out = P.hook(P.register(LOCAL_OUT, OURS .. [[
		out:setint64(0, out:getint64(0) + 1)
		out:setint64(8, #p)
		out:setuint8(16, p:getuint8(0))
		out:setstring(17, p:getstring(28))
		return action.ACCEPT]]))
	T.eq(udp.echo("hello"), "hello")
	T.eq(out:getint64(0), 1)
	T.eq(out:getint64(8), 33)
	T.eq(out:getuint8(16), 0x45)
	T.eq(out:getstring(17, 5), "hello")
	rt:stop()
	T.eq(udp.echo("again"), "again")
	T.eq(out:getint64(0), 1)
end)

T.test("one of PRE_ROUTING from that of the link layer on", function()
	local udp <close> = P.udp()
	local rt <close>, out = P.hook(P.register(PRE_ROUTING, [[
		if p:getuint8(23) ~= 17 then return action.ACCEPT end
		out:setint64(0, #p)
		out:setstring(8, p:getstring(12, 3))
		out:setstring(16, p:getstring(42))]]))
	T.eq(udp.echo("hello"), "hello")
	T.eq(out:getint64(0), 47)
	T.eq(out:getstring(8, 3), "\x08\0\x45")
	T.eq(out:getstring(16, 5), "hello")
	T.ok(rt, "runs")
end)

-- what becomes of a datagram: the text, or the errno of its sender, or "lost"
local function fate(body, fields)
	local udp <close> = P.udp()
	local rt <close>, out = P.hook(P.register(LOCAL_OUT .. (fields or ""), OURS .. body))
	local text, err = udp.echo("x", 20)
	T.ok(rt, "runs")
	return text or err or "lost", out
end

T.test("verdicts", function()
	T.eq(fate("return action.ACCEPT"), "x")
	T.eq(fate("return action.DROP"), errno.PERM)
	T.eq(fate("return action.STOLEN"), "lost")
	T.eq(fate("return action.CONTINUE"), "x")
	T.eq(fate("return action.RETURN"), "x")
	T.eq(fate("return action.STOP"), "x")
end)

T.test("nothing, no number, no verdict: the packet goes on; or what onerror says", function()
	for _, body in ipairs{"", "return nil", "return 'DROP'", "return '0'", "return {}", "return -1", "return 6",
		"return 1 << 16", "return math.mininteger", "return math.maxinteger", "return 0x100000000",
		"return 0xfffffffe", "error('deliberate %n%s')", "local x = nil; return x.y"} do
		T.eq(fate(body), "x", body)
		T.eq(fate(body, ", onerror = nf.action.DROP"), errno.PERM, body)
	end
	T.eq(fate("return false, 7", ", onerror = nf.action.ACCEPT"), "x")
end)

T.test("a function that does not end is ended", function()
	T.eq(fate("while true do end"), "x")
	T.eq(fate("while true do end", ", onerror = nf.action.DROP"), errno.PERM)
end)

T.test("REPEAT: the function is called again, but not for ever", function()
	local result, out = fate([[
		out:setint64(0, out:getint64(0) + 1)
		return out:getint64(0) < 3 and action.REPEAT or action.ACCEPT]])
	T.eq(result, "x")
	T.eq(out:getint64(0), 3)
	result, out = fate("out:setint64(0, out:getint64(0) + 1) return action.REPEAT", ", onerror = nf.action.DROP")
	T.eq(result, errno.PERM)
	T.eq(out:getint64(0), 16)
end)

T.test("QUEUE: where nobody listens the packet is lost, or goes on if that was said", function()
	T.ok(fate("return action.QUEUE") ~= "x", "lost")
	T.eq(fate("return action.QUEUE | 7 << 16 | 0x8000"), "x")
	T.eq(fate("return action.QUEUE | 0x4000"), "x", "no such flag: no verdict")
end)

T.test("STOP: hooks of a higher priority do not see the packet", function()
	local udp <close> = P.udp()
	local rt <close>, out = P.hook(P.register(LOCAL_OUT, OURS .. [[return out:getuint8(0)]])
		.. P.register(LOCAL_OUT .. " + 1", OURS .. "out:setuint8(1, out:getuint8(1) + 1)"))
	T.ok(rt, "runs")
	out:setuint8(0, action.ACCEPT)
	T.eq(udp.echo("a"), "a")
	T.eq(out:getuint8(1), 1)
	out:setuint8(0, action.STOP)
	T.eq(udp.echo("b"), "b")
	T.eq(out:getuint8(1), 1)
end)

-- which marks a hook with these fields sees, of 0, 1, 7
local function seen(fields)
	local udp <close> = P.udp()
	local rt <close>, out = P.hook(P.register(LOCAL_OUT .. "- 1, markmode = 'nonzero'",
			OURS .. "return action.ACCEPT, out:getuint8(0)")
		.. P.register(LOCAL_OUT .. fields, OURS .. "out:setuint8(1, out:getuint8(1) + 1)"))
	local text = ""
	for _, mark in ipairs{0, 1, 7} do
		out:setuint8(0, mark)
		local before = out:getuint8(1)
		T.eq(udp.echo("m"), "m")
		text = text .. (out:getuint8(1) > before and mark or "-")
	end
	T.ok(rt, "runs")
	return text
end

T.test("marks: as 3.6 did, or as its documents say; the second result is a new one", function()
	T.eq(seen(""), "0--", "only unmarked packets")
	T.eq(seen(", mark = 0"), "0--")
	T.eq(seen(", mark = 7"), "--7")
	T.eq(seen(", mark = 7, markmode = 'equal'"), "--7")
	T.eq(seen(", markmode = 'nonzero'"), "017", "all packets")
	T.eq(seen(", mark = 1, markmode = 'nonzero'"), "-1-")
end)

T.test("a view that was kept is empty, for the next packet and afterwards", function()
	local result, out = fate([[
		if kept then
			local ok, message = pcall(kept.getuint8, kept, 0)
			out:setstring(8, tostring(kept == p) .. " " .. tostring(ok))
		end
		kept = p
		return action.ACCEPT]])
	T.eq(result, "x")
	-- it is the same object, with the packet of now in it
	local udp <close> = P.udp()
	local rt <close>, again = P.hook("local kept; " .. P.register(LOCAL_OUT, OURS .. "kept = p")
		.. P.register(LOCAL_OUT .. " + 1", OURS .. [[
			local ok, message = pcall(kept.getuint8, kept, 0)
			out:setuint8(0, #kept); out:setstring(1, tostring(ok) .. tostring(message))
			ok, message = pcall(kept.setuint8, kept, 0, 1)
			out:setstring(64, tostring(ok) .. tostring(message))]]))
	T.eq(udp.echo("x"), "x")
	T.eq(again:getuint8(0), 0)
	T.ok(again:getstring(1, 60):find("^false.*out of bounds"), again:getstring(1, 60))
	T.ok(again:getstring(64, 60):find("^false.*out of bounds"), again:getstring(64, 60))
	T.ok(rt and out, "runs")
end)

T.test("what lies in pieces is there, to its last byte, and not beyond", function()
	local udp <close> = P.udp()
	local rt <close>, out = P.hook(P.register(LOCAL_OUT, OURS .. [[
		out:setint64(0, #p)
		out:setuint8(8, p:getuint8(#p - 1))
		out:setuint8(9, p:getuint8(#p - 20002))
		out:setuint8(10, pcall(p.getuint8, p, #p) and 1 or 0)
		out:setuint8(11, pcall(p.getuint32, p, #p - 3) and 1 or 0)
		out:setint64(16, #p:getstring(0))]]))
	local text = ("a"):rep(40000) .. ("b"):rep(20000) .. "c"
	-- a kernel that checks itself may have no time, or no memory, for all of that at first
	for _ = 1, 5 do
		T.ok(udp.echo(text) == text, "60,001 bytes")
		if out:getint64(16) ~= 0 then
			break
		end
	end
	T.eq(out:getint64(0), 60029)
	T.eq(out:getstring(8, 4), "ca\0\0")
	T.eq(out:getint64(16), 60029)
	T.ok(rt, "runs")
end)

T.test("what is written arrives", function()
	local udp <close> = P.udp()
	local rt <close>, out = P.hook("local skb = require('skb'); " .. P.register(LOCAL_OUT, OURS .. [[
		p:setstring(28, "HELLO")
		out:setuint8(0, skb.checksum(p) and 1 or 0)]]))
	T.eq(udp.echo("hello, world"), "HELLO, world")
	T.eq(out:getuint8(0), 1)
	local text = ("a"):rep(30000)
	T.ok(udp.echo(text) == "HELLO" .. ("a"):rep(29995), "30,000 bytes")
	T.ok(rt, "runs")
end)

T.test("a sender's own copy is not written to", function()
	-- who listens to all frames shares the packet's memory with its receiver
	local tap <close> = socket.new(socket.af.PACKET, socket.sock.RAW, linux.hton16(0x0800))
	tap:bind(linux.ifindex("lo"))
	local udp <close> = P.udp()
	local rt <close> = P.hook(P.register(PRE_ROUTING, [[
		if p:getuint8(23) == 17 then p:setstring(42, "HELLO") end]]))
	T.eq(udp.echo("hello, world"), "HELLO, world")
	local sent
	for _ = 1, 20 do
		local ok, frame = pcall(tap.receive, tap, 2000, socket.msg.DONTWAIT)
		sent = sent or ok and frame:match("hello, world")
	end
	T.eq(sent, "hello, world")
	T.ok(rt, "runs")
end)

T.test("a packet whose header does not fit it any more is dropped", function()
	for _, write in ipairs{"p:setuint8(0, 0x65)", "p:setuint8(0, 0x44)", "p:setuint8(0, 0x40)", "p:setuint8(0, 0x4f)",
		"p:setuint16(2, 0xffff)", "p:setuint16(2, 0)", "p:setuint8(2, 0); p:setuint8(3, 19)"} do
		T.eq(fate(write .. " return action.ACCEPT"), errno.PERM, write)
		T.eq(fate(write .. " error('after it')"), errno.PERM, write)
		T.eq(fate(write .. " return action.STOP"), errno.PERM, write)
	end
	T.eq(fate("p:setuint8(1, 4)"), "lost", "a wrong checksum is the receiver's business")
	T.eq(fate("p:setuint8(1, 4) require('skb').checksum(p)"), "x")
	local udp <close> = P.udp()
	local rt <close>, out = P.hook("local hook; hook = " .. P.register(LOCAL_OUT, OURS .. [[
		local busy, errors, malformed = hook:missed()
		out:setuint8(0, malformed); out:setuint8(1, errors); out:setuint8(2, busy)
		p:setuint8(0, 0x4f)
		error("oh")]]))
	udp.send("x")
	udp.send("x")
	T.eq(out:getstring(0, 3), "\1\1\0")
	T.ok(rt, "runs")
end)

T.test("hooks of both directions, one after the other, in two runtimes", function()
	local udp <close> = P.udp()
	local one <close>, first = P.hook(P.register(LOCAL_OUT, OURS .. "out:setuint8(0, out:getuint8(0) + 1)"))
	local two <close>, second = P.hook(P.register(PRE_ROUTING, "out:setuint8(0, out:getuint8(0) + 1)"))
	for _ = 1, 5 do
		T.eq(udp.echo("y"), "y")
	end
	T.eq(first:getuint8(0), 5)
	T.ok(second:getuint8(0) >= 5, "incoming")
	T.ok(one and two, "run")
end)

T.test("a packet that comes while the script loads gets onbusy's verdict", function()
	local thread = require("thread")
	local udp <close> = P.udp()
	T.ok(udp, "somebody listens")
	for _, case in ipairs{{"", "true "}, {", onbusy = nf.action.DROP", errno.PERM .. " "}} do
		local sender
		local rt <close>, out = P.hook("local hook = "
			.. P.register(LOCAL_OUT .. case[1], OURS .. "out:setuint8(2, 1) return action.ACCEPT") .. [[
			local linux = require("linux")
			out:setuint8(0, 1)
			for _ = 1, 1000 do
				if out:getuint8(1) == 1 then break end
				linux.schedule(5)
			end
			out:setuint8(3, (hook:missed()))]], function()
			sender = lunatik.runtime("tests/packetsender")
			thread.run(sender, "sender")
		end)
		T.eq(out:getstring(1, 3), "\1\0\1")
		T.eq(out:getstring(16, #case[2]), case[2])
		T.ok(rt, "runs")
		sender:stop()
	end
end)

T.test("a sleepable runtime is refused", function()
	T.errfind("cannot use sleepable runtime in this context", netfilter.register, {hook = print, pf = 2, hooknum = 0,
		priority = 0})
end)

local function refused(pattern, fields)
	local ok, message = pcall(P.hook, "nf.register{" .. fields .. "}")
	T.eq(ok, false, fields)
	message = tostring(message):gsub("%-E(%u+)", function(name) return -errno[name] end)
	T.ok(message:find(pattern), fields .. ": " .. message)
end

T.test("arguments are checked", function()
	local rest = ", pf = 2, hooknum = 3, priority = 0"
	refused("bad field 'hook' %(function expected, got nil%)", rest:sub(3))
	refused("bad field 'hook' %(function expected, got string%)", "hook = 'x'" .. rest)
	refused("bad field 'pf' %(number expected, got nil%)", "hook = print, hooknum = 3, priority = 0")
	refused("bad field 'hooknum' %(number expected, got nil%)", "hook = print, pf = 2, priority = 0")
	refused("bad field 'priority' %(number expected, got string%)", "hook = print, pf = 2, hooknum = 3, priority = '1'")
	for _, pf in ipairs{-1, 0, 4, 6, 8, 9, 11, 12, 13, 255, 1 << 32, -(1 << 62)} do
		refused("bad field 'pf' %(out of range%)", ("hook = print, pf = %d, hooknum = 0, priority = 0"):format(pf))
	end
	for _, hooknum in ipairs{-1, 5, 6, 1 << 32, math.maxinteger} do
		for _, pf in ipairs{1, 2, 7} do
			refused("bad field 'hooknum' %(out of range%)",
				("hook = print, pf = %d, hooknum = %d, priority = 0"):format(pf, hooknum))
		end
	end
	refused("bad field 'priority' %(out of range%)", "hook = print, pf = 2, hooknum = 3, priority = 1 << 31")
	refused("bad field 'priority' %(out of range%)", "hook = print, pf = 2, hooknum = 3, priority = -(1 << 31) - 1")
	refused("bad field 'mark' %(out of range%)", "hook = print, mark = -1" .. rest)
	refused("bad field 'mark' %(out of range%)", "hook = print, mark = 1 << 32" .. rest)
	refused("bad field 'mark' %(number expected, got string%)", "hook = print, mark = 'x'" .. rest)
	refused("bad field 'markmode'", "hook = print, markmode = 'any %n%s'" .. rest)
	refused("bad field 'markmode'", "hook = print, markmode = {}" .. rest)
	for _, verdict in ipairs{"onerror", "onbusy"} do
		for _, value in ipairs{-1, 2, 3, 4, 5} do
			refused("bad field '" .. verdict .. "' %(out of range%)",
				("hook = print, %s = %d%s"):format(verdict, value, rest))
		end
	end
	refused("bad field 'netns' %(process out of range%)", "hook = print, netns = 0" .. rest)
	refused("bad field 'netns' %(process, absolute path", "hook = print, netns = 'lo'" .. rest)
	refused("bad field 'netns' %(process, absolute path", "hook = print, netns = true" .. rest)
	refused("netfilter: %-2", "hook = print, netns = '/no/such/file'" .. rest)
	refused("netfilter: %-3", "hook = print, netns = 4000000" .. rest)
	refused("netfilter: %-22", "hook = print, netns = '/proc'" .. rest)
	refused("bad field 'dev' %(string expected, got nil%)", "hook = print, pf = 5, hooknum = 0, priority = 0")
	refused("bad field 'dev' %(name", "hook = print, dev = '', pf = 5, hooknum = 0, priority = 0")
	refused("bad field 'dev' %(name", "hook = print, dev = 'a234567890123456', pf = 5, hooknum = 0, priority = 0")
	refused("bad field 'dev' %(name", "hook = print, dev = 'lo\\0x', pf = 5, hooknum = 0, priority = 0")
	refused("netfilter: %-19", "hook = print, dev = 'nosuch', pf = 5, hooknum = 0, priority = 0")
	local ok, message = pcall(P.hook, "nf.register(nil)")
	T.ok(not ok and message:find("table expected, got nil"), message)
end)

T.test("stop while it loads; after that only the runtime's end does it", function()
	local udp <close> = P.udp()
	local rt <close>, out = P.hook("local hook; hook = " .. P.register(LOCAL_OUT, OURS .. [[
		local ok, message = pcall(hook.stop, hook)
		out:setstring(8, tostring(ok) .. tostring(message))
		ok, message = pcall(nf.register, {})
		out:setstring(128, tostring(ok) .. tostring(message))]]) .. [[;
		local other = nf.register{pf = 2, hooknum = 3, priority = 1, hook = function() return action.DROP end}
		out:setuint8(0, other:stop() and 1 or 0)
		out:setuint8(1, other:stop() and 1 or 0)]])
	T.eq(out:getstring(0, 2), "\1\0")
	T.eq(udp.echo("x"), "x")
	T.ok(out:getstring(8, 100):find("^false.*unregister itself"), out:getstring(8, 100))
	T.ok(out:getstring(128, 100):find("^false.*sleep"), out:getstring(128, 100))
	T.ok(rt, "runs")
end)

T.test("ingress of an interface: the whole frame", function()
	local wire <close> = P.wire()
	local rt <close>, out = P.hook(P.register("pf = nf.family.NETDEV, hooknum = 0, priority = 0, dev = 't-b'", [[
		if p:getuint8(12) ~= 0x88 then return action.ACCEPT end
		out:setint64(0, #p)
		out:setstring(8, p:getstring(0))]]))
	wire:send(P.frame(0x88b5, "payload"))
	T.ok(P.wait_for(function() return out:getint64(0) == 21 end), "seen: " .. out:getint64(0))
	T.eq(out:getstring(8, 21), P.frame(0x88b5, "payload"))
	T.ok(rt, "runs")
end)

T.test("families that this kernel does not have", function()
	local ok, message = pcall(P.hook, "nf.register{pf = 3, hooknum = 0, priority = 0, hook = print}")
	T.ok(ok or message:find("netfilter: %-95") or message:find("EOPNOTSUPP"), tostring(message))
	ok, message = pcall(P.hook, "nf.register{pf = 5, hooknum = 1, dev = 'lo', priority = 0, hook = print}")
	T.ok(ok or message:find("bad field 'hooknum' %(out of range%)"), tostring(message))
end)

T.test("ten thousand packets: no memory is taken for them", function()
	local udp <close> = P.udp()
	local rt <close>, out = P.hook(P.register(LOCAL_OUT, OURS .. [[
		local before = collectgarbage("count")
		local sum = 0
		for at = 0, 27 do sum = sum + p:getuint8(at) end
		out:setint64(0, out:getint64(0) + 1)
		if out:getint64(0) == 100 then out:setint64(8, before) end
		out:setint64(16, before)]]))
	for _ = 1, 10000 do
		udp.send("x")
	end
	T.eq(out:getint64(0), 10000)
	T.ok(out:getint64(16) <= out:getint64(8) + 64, out:getint64(8) .. " bytes, then " .. out:getint64(16))
	T.ok(rt, "runs")
end)

T.test("nothing is left", function()
	lunatik._ENV["packets.source"], lunatik._ENV["packets.out"] = nil, nil
	local udp <close> = P.udp()
	T.eq(udp.echo("z"), "z")
end)

return T.finish()
