-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "socket": families, addresses, names, errors and limits, between
-- sockets of this runtime. socket runs it.

local T = require("tests/harness")
local linux = require("linux")
local socket = require("socket")
local net = require("net")
local fire = require("tests/fire")

local af, sock, ipproto, msg, errno = socket.af, socket.sock, socket.ipproto, socket.msg,
	linux.errno
local LOCAL = net.aton("127.0.0.1")
local LOCAL6 = net.aton6("::1")

T.start("socket", true)

local function tcp() return socket.new(af.INET, sock.STREAM, ipproto.TCP) end
local function udp() return socket.new(af.INET, sock.DGRAM, ipproto.UDP) end

local function listener(port)
	local server = tcp()
	server:bind(LOCAL, port or 0)
	server:listen()
	return server, select(2, server:getsockname())
end

-- a listener's port, a client and the session that belongs to it
local function pair()
	local server <close>, port = listener()
	local client = tcp()
	client:connect(LOCAL, port)
	return client, server:accept(), port
end

-- milliseconds that fn takes
local function clock(fn, ...)
	local start = linux.time()
	fn(...)
	return linux.difftime(linux.time(), start) // 1000000
end

local function values(t, text)
	for name, value in text:gmatch("([%w_]+)=(%w+)") do
		T.eq(t[name], tonumber(value), name)
	end
end

T.test("the tables, as documented", function()
	values(af, [[UNSPEC=0 UNIX=1 LOCAL=1 INET=2 AX25=3 IPX=4 APPLETALK=5 NETROM=6 BRIDGE=7
		ATMPVC=8 X25=9 INET6=10 ROSE=11 DEC=12 DECnet=12 NETBEUI=13 SECURITY=14 KEY=15
		NETLINK=16 ROUTE=16 PACKET=17 ASH=18 ECONET=19 ATMSVC=20 RDS=21 SNA=22 IRDA=23
		PPPOX=24 WANPIPE=25 LLC=26 IB=27 MPLS=28 CAN=29 TIPC=30 BLUETOOTH=31 IUCV=32
		RXRPC=33 ISDN=34 PHONET=35 IEEE802154=36 CAIF=37 ALG=38 NFC=39 VSOCK=40 KCM=41
		QIPCRTR=42 SMC=43 XDP=44 MCTP=45]])
	T.ok(af.MAX > 45)
	values(sock, "STREAM=1 DGRAM=2 RAW=3 RDM=4 SEQPACKET=5 DCCP=6 PACKET=10 NONBLOCK=2048 CLOEXEC=524288")
	values(ipproto, [[IP=0 ICMP=1 IGMP=2 IPIP=4 TCP=6 EGP=8 PUP=12 UDP=17 IDP=22 TP=29
		DCCP=33 IPV6=41 RSVP=46 GRE=47 ESP=50 AH=51 MTP=92 BEETPH=94 ENCAP=98 PIM=103
		COMP=108 L2TP=115 SCTP=132 UDPLITE=136 MPLS=137 ETHERNET=143 RAW=255 MPTCP=262]])
	values(msg, [[OOB=1 PEEK=2 DONTROUTE=4 TRYHARD=4 CTRUNC=8 PROBE=16 TRUNC=32 DONTWAIT=64
		EOR=128 WAITALL=256 FIN=512 SYN=1024 CONFIRM=2048 RST=4096 ERRQUEUE=8192
		NOSIGNAL=16384 MORE=32768 WAITFORONE=65536 BATCH=262144 EOF=512
		ZEROCOPY=67108864 FASTOPEN=536870912 CMSG_CLOEXEC=1073741824]])
end)

T.test("tcp: both directions, names of both ends, the end of the stream", function()
	local client, session, port = pair()
	T.vals(LOCAL .. ", " .. port, client:getpeername())
	T.vals(LOCAL .. ", " .. port, session:getsockname())
	local _, own = client:getsockname()
	T.vals(LOCAL .. ", " .. own, session:getpeername())
	T.eq(client:send("hello"), 5)
	T.eq(session:receive(3), "hel")
	T.vals(('"lo", %d, %d'):format(LOCAL, own), session:receive(10, 0, true))
	T.eq(session:send("back\0\255"), 6)
	T.eq(client:receive(100), "back\0\255")
	client:close()
	T.eq(session:receive(10), "")
	session:close()
end)

T.test("functions of the library are methods, too", function()
	local client, session = pair()
	T.eq(socket.send(client, "x"), 1)
	T.eq(socket.receive(session, 1), "x")
	T.eq(select("#", socket.getsockname(client)), 2)
	socket.close(client)
	socket.close(session)
end)

T.test("udp: messages keep their ends, say from whom; connected, too", function()
	local a <close> = udp()
	local b <close> = udp()
	a:bind(LOCAL)
	b:bind(LOCAL, 0)
	local _, aport = a:getsockname()
	local _, bport = b:getsockname()
	T.eq(a:send("one", LOCAL, bport), 3)
	T.eq(a:send("", LOCAL, bport), 0)
	T.eq(a:send("three", LOCAL, bport), 5)
	T.vals(('"one", %d, %d'):format(LOCAL, aport), b:receive(100, 0, true))
	T.eq(b:receive(100), "")
	T.eq(b:receive(2), "th", "cut")
	T.err(errno.AGAIN, b.receive, b, 10, msg.DONTWAIT)
	b:connect(LOCAL, aport)
	T.eq(b:send("back"), 4)
	T.eq(a:receive(100), "back")
	T.vals(LOCAL .. ", " .. aport, b:getpeername())
end)

T.test("the port of connect is no flag: a port with bit 0x800 blocks", function()
	local server <close> = listener(0x8800)
	local client <close> = tcp()
	client:connect(LOCAL, 0x8800)
	T.eq(client:send("x"), 1)
	local session <close> = server:accept()
	T.eq(session:receive(1), "x")
end)

T.test("flags: PEEK, DONTWAIT, WAITALL, MORE, and TRUNC shows no memory", function()
	local client <close>, session = pair()
	T.err(errno.AGAIN, session.receive, session, 10, msg.DONTWAIT)
	client:send("ab")
	client:send("cd", nil, nil, msg.MORE)
	client:send("ef")
	T.eq(session:receive(4, msg.WAITALL | msg.PEEK), "abcd")
	T.eq(session:receive(6, msg.WAITALL), "abcdef")
	client:send(("secret"):rep(100))
	for i = 1, 200 do	-- memory that has been used is used again
		local _ = ("junk"):rep(75) .. i
	end
	collectgarbage()
	T.eq(session:receive(300, msg.WAITALL | msg.TRUNC):find("[^\0]"), nil, "nothing but zeros")
	local a <close> = udp()
	local b <close> = udp()
	a:bind(LOCAL)
	b:send(("x"):rep(100), LOCAL, select(2, a:getsockname()))
	T.eq(a:receive(10, msg.TRUNC), ("x"):rep(10), "longer than the buffer")
end)

T.test("NONBLOCK: accept, connect, and a whole socket", function()
	local server <close>, port = listener()
	T.err(errno.AGAIN, server.accept, server, sock.NONBLOCK)
	local nonblock <close> = socket.new(af.INET, sock.DGRAM | sock.NONBLOCK, ipproto.UDP)
	nonblock:bind(LOCAL)
	T.err(errno.AGAIN, nonblock.receive, nonblock, 10)
	local client <close> = tcp()
	T.err(errno.INPROGRESS, client.connect, client, LOCAL, port, sock.NONBLOCK)
end)

T.test("timeouts end with AGAIN, in time", function()
	local server <close> = listener()
	server:settimeout(100)
	local ms = clock(T.err, errno.AGAIN, server.accept, server)
	T.ok(ms >= 90 and ms < 2000, "accept: " .. ms .. " ms")
	local a <close> = udp()
	a:bind(LOCAL)
	a:settimeout(100)
	ms = clock(T.err, errno.AGAIN, a.receive, a, 10)
	T.ok(ms >= 90 and ms < 2000, "receive: " .. ms .. " ms")
	a:settimeout(0)
	ms = clock(T.err, errno.AGAIN, a.receive, a, 10)
	T.ok(ms < 90, "receive: " .. ms .. " ms")
	local client <close>, session = pair()
	client:settimeout(nil, 100)
	ms = clock(T.err, errno.AGAIN, function()
		repeat until client:send(("x"):rep(1 << 20)) == 0
	end)
	T.ok(ms >= 90 and ms < 10000, "send: " .. ms .. " ms")
	client:settimeout()
	T.eq(session:receive(1), "x")
	T.errfind("negative timeout", a.settimeout, a, -1)
	T.errfind("number expected", a.settimeout, a, "soon")
	a:settimeout(math.maxinteger, math.maxinteger)
end)

T.test("inet6: packed addresses and ports", function()
	local server <close> = socket.new(af.INET6, sock.STREAM, ipproto.TCP)
	server:bind(LOCAL6, 0)
	server:listen()
	local addr, port = server:getsockname()
	T.eq(addr, LOCAL6)
	local client <close> = socket.new(af.INET6, sock.STREAM, ipproto.TCP)
	client:connect(LOCAL6, port)
	local session <close> = server:accept()
	client:send("six")
	local text, from = session:receive(10, 0, true)
	T.eq(text, "six")
	T.eq(from, LOCAL6)
	for _, bad in ipairs({"", "x", ("x"):rep(15), ("x"):rep(17), ("x"):rep(26), ("x"):rep(1000)}) do
		T.err("bad address (16 or 20 bytes expected, got " .. #bad .. ")", client.connect, client, bad, 1)
	end
	T.errfind("string expected, got number", client.connect, client, 1, 1)
end)

T.test("unix: paths, abstract names, no name", function()
	local server <close> = socket.new(af.UNIX, sock.STREAM, 0)
	server:bind("\0lunatik test")
	server:listen(1)
	T.eq(server:getsockname(), "\0lunatik test")
	local client <close> = socket.new(af.UNIX, sock.STREAM)
	T.eq(client:getsockname(), "")
	client:connect("\0lunatik test")
	T.eq(client:getpeername(), "\0lunatik test")
	local session <close> = server:accept()
	T.eq(session:getpeername(), "")
	client:send("u")
	T.vals('"u", ""', session:receive(5, 0, true))
	local auto <close> = socket.new(af.UNIX, sock.DGRAM)
	auto:bind("")
	T.eq(#auto:getsockname(), 6, "the kernel chose a name")
	local dgram <close> = socket.new(af.UNIX, sock.DGRAM)
	dgram:bind("/tmp/lunatik-dgram")
	T.eq(dgram:getsockname(), "/tmp/lunatik-dgram")
	auto:send("d", "/tmp/lunatik-dgram")
	local _, from = dgram:receive(5, 0, true)
	T.eq(from, auto:getsockname())
	dgram:send("e", from, msg.DONTWAIT)
	T.vals('"e", "/tmp/lunatik-dgram"', auto:receive(5, 0, true))
	T.err(errno.CONNREFUSED, client.connect, client, "\0nobody")
	T.err(errno.NOENT, socket.new(af.UNIX, sock.STREAM).connect, socket.new(af.UNIX, sock.STREAM), "/tmp/nothing")
end)

T.test("unix: the longest names, and longer ones", function()
	local a <close> = socket.new(af.UNIX, sock.DGRAM)
	local b <close> = socket.new(af.UNIX, sock.DGRAM)
	a:bind("\0" .. ("n"):rep(107))
	T.eq(a:getsockname(), "\0" .. ("n"):rep(107))
	local path = "/tmp/" .. ("n"):rep(102)
	b:bind(path)
	T.eq(b:getsockname(), path)
	T.err("bad address (path of at most 108 bytes expected, got 109)", a.bind, a, "\0" .. ("n"):rep(108))
	T.err("bad address (path of at most 107 bytes expected, got 108)", b.bind, b, path .. "n")
	T.errfind("path contains zeros", b.bind, b, "/tmp/a\0b")
	T.errfind("string expected, got number", b.bind, b, 5)
end)

-- what a packet socket on lo gets of a message that is sent to it
local function sniff(packet)
	local out <close> = udp()
	packet:settimeout(5000)
	out:send("sniff me", LOCAL, 9)
	for _ = 1, 100 do
		local frame, from = packet:receive(2000, 0, true)
		if frame:find("sniff me", 1, true) then
			return frame, from
		end
	end
end

local ETH_P_ALL, ETH_P_IP = 3, 0x800

T.test("packet: frames of lo; bound by bytes, and by interface", function()
	local all <close> = socket.new(af.PACKET, sock.RAW, 0)
	all:bind(string.pack(">I2", ETH_P_ALL))
	local frame, from = sniff(all)
	T.eq(frame:sub(1, 14), ("\0"):rep(12) .. "\8\0")
	T.eq(string.unpack(">I2", from), ETH_P_IP)
	T.eq(string.unpack("=I4", from, 3), linux.ifindex("lo"))
	local lo <close> = socket.new(af.PACKET, sock.RAW, linux.hton16(ETH_P_IP))
	lo:bind(linux.ifindex("lo"))
	T.ok(sniff(lo), "a frame by interface")
	T.eq(string.unpack("=I4", lo:getsockname(), 3), linux.ifindex("lo"))
	T.eq(string.unpack(">I2", lo:getsockname()), ETH_P_IP)
	T.err(errno.NODEV, lo.bind, lo, 9999)
	T.errfind("interface out of range", lo.bind, lo, -1)
	T.errfind("interface out of range", lo.bind, lo, 1 << 31)
	T.err("bad address (at most 126 bytes expected, got 127)", lo.bind, lo, ("x"):rep(127))
	T.errfind("number expected, got no value", lo.bind, lo)
end)

T.test("other families: bytes after the family", function()
	local route <close> = socket.new(af.NETLINK, sock.RAW, 0)
	route:bind(string.pack("=I2I4I4", 0, 0, 0))
	local name = route:getsockname()
	T.eq(#name, 10)
	T.ok(string.unpack("=I4", name, 3) ~= 0, "the kernel chose a number")
	-- RTM_GETLINK of interface 1
	route:send(string.pack("=I4I2I2I4I4 BxI2i4I4I4", 32, 18, 1, 7, 0, 0, 0, 1, 0, 0))
	local answer, from = route:receive(8192, 0, true)
	T.eq(string.unpack("=I2", answer, 5), 16, "RTM_NEWLINK")
	T.eq(from, ("\0"):rep(10), "from the kernel")
	T.errfind("string expected, got number", route.bind, route, 5)
	T.err("bad address (at most 126 bytes expected, got 127)", route.bind, route, ("x"):rep(127))
	route:send(string.pack("=I4I2I2I4I4 BxI2i4I4I4", 32, 18, 1, 7, 0, 0, 0, 1, 0, 0), "\0\0")
	T.eq(string.unpack("=I2", route:receive(8192), 5), 16, "a short address")
end)

T.test("a netlink request that changes something is judged", function()
	local route <close> = socket.new(af.NETLINK, sock.RAW, 0)
	-- RTM_DELLINK of an interface that is not there
	route:send(string.pack("=I4I2I2I4I4 BxI2i4I4I4", 32, 17, 5, 1, 0, 0, 0, 9999, 0, 0))
	local kind, _, _, _, err = string.unpack("=I2I2I4I4i4", route:receive(8192), 5)
	T.eq(kind, 2, "NLMSG_ERROR")
	T.eq(-err, errno.NODEV)
end)

T.test("raw sockets need no port", function()
	local icmp <close> = socket.new(af.INET, sock.RAW, ipproto.ICMP)
	icmp:settimeout(5000)
	local echo = string.pack(">BBI2I2I2", 8, 0, 0xf7fd, 1, 1)
	T.eq(icmp:send(echo, LOCAL), #echo)
	T.eq(icmp:receive(100):sub(-8), echo)
end)

T.test("errors of the kernel are its numbers", function()
	T.err(errno.AFNOSUPPORT, socket.new, af.MAX, sock.STREAM, 0)
	T.err(errno.PROTONOSUPPORT, socket.new, af.INET, sock.STREAM, ipproto.UDP)
	T.err(errno.INVAL, socket.new, af.INET, 15, 0)
	local server <close>, port = listener()
	local other <close> = tcp()
	T.err(errno.ADDRINUSE, other.bind, other, LOCAL, port)
	other:setreuseaddr()
	T.err(errno.ADDRINUSE, other.bind, other, LOCAL, port)
	T.err(errno.ADDRNOTAVAIL, other.bind, other, net.aton("203.0.113.1"), 1)
	T.err(errno.NOTCONN, other.getpeername, other)
	T.err(errno.NOTCONN, other.receive, other, 1)
	T.err(errno.PIPE, other.send, other, "x")
	T.err(errno.INVAL, other.accept, other)
	local u <close> = udp()
	T.err(errno.OPNOTSUPP, u.listen, u)
	T.err(errno.OPNOTSUPP, u.accept, u)
	T.err(errno.DESTADDRREQ, u.send, u, "x")
	T.err(errno.MSGSIZE, u.send, u, ("x"):rep(70000), LOCAL, 9)
	server:close()
	T.err(errno.CONNREFUSED, other.connect, other, LOCAL, port)
end)

T.test("wrong arguments are named", function()
	local s <close> = tcp()
	T.errfind("number expected, got no value", socket.new)
	T.errfind("number expected, got string", socket.new, "inet", 1)
	T.errfind("number expected, got no value", socket.new, 2)
	for _, bad in ipairs({-1, 1 << 31, math.mininteger, math.maxinteger}) do
		T.errfind("bad argument #1 to 'socket.new' (out of range)", socket.new, bad, 1, 0)
		T.errfind("bad argument #2 to 'socket.new' (out of range)", socket.new, 2, bad, 0)
		T.errfind("bad argument #3 to 'socket.new' (out of range)", socket.new, 2, 1, bad)
		T.errfind("invalid flags", s.accept, s, bad)
		T.errfind("invalid flags", s.connect, s, LOCAL, 1, bad)
		T.errfind("invalid flags", s.receive, s, 1, bad)
		T.errfind("invalid flags", s.send, s, "x", nil, nil, bad)
		T.errfind("length out of range", s.receive, s, bad)
		T.errfind("port out of range", s.bind, s, LOCAL, bad)
		T.errfind("backlog out of range", s.listen, s, bad)
	end
	for _, bad in ipairs({-1, 1 << 32, math.mininteger}) do
		T.errfind("address out of range", s.bind, s, bad, 1)
		T.errfind("address out of range", s.send, s, "x", bad, 1)
	end
	T.errfind("invalid flags", socket.new, 2, 1 | 16, 0)
	T.errfind("invalid flags", s.send, s, "x", nil, nil, 0x8000000)
	T.errfind("length out of range", s.receive, s, 0)
	T.errfind("length out of range", s.receive, s, (1 << 24) + 1)
	T.errfind("port out of range", s.bind, s, LOCAL, 65536)
	T.errfind("number expected, got no value", s.connect, s, LOCAL)
	T.errfind("number expected, got no value", s.bind, s)
	T.errfind("number expected, got string", s.bind, s, "127.0.0.1", 1)
	T.errfind("string expected, got no value", s.send, s)
	T.errfind("string expected, got table", s.send, s, {})
	T.errfind("socket expected, got table", s.receive, {}, 1)
	T.errfind("socket expected, got no value", socket.close)
	T.errfind("process out of range", socket.new, 2, 1, 0, 0)
	T.errfind("process out of range", socket.new, 2, 1, 0, 1 << 31)
	T.errfind("absolute path", socket.new, 2, 1, 0, "netns %n%s")
	T.errfind("absolute path", socket.new, 2, 1, 0, "/proc/self/ns/net\0x")
	T.errfind("number expected, got boolean", socket.new, 2, 1, 0, true)
end)

T.test("a closed socket is a null pointer, in every method", function()
	local s = tcp()
	s:close()
	for name, args in pairs({
		send = {"x"}, receive = {1}, bind = {LOCAL, 1}, listen = {}, accept = {},
		connect = {LOCAL, 1}, getsockname = {}, getpeername = {}, settimeout = {},
		setreuseaddr = {}, close = {},
	}) do
		T.err("null-pointer dereference", s[name], s, table.unpack(args))
		T.err("null-pointer dereference", socket[name], s, table.unpack(args))
	end
end)

T.test("a closed socket's port is free at once; <close> closes; twice is fine", function()
	local server, port = listener()
	server:close()
	for _ = 1, 50 do
		local again <close> = listener(port)
		T.ok(again)
	end
	local again <close> = listener(port)
	again:close()
end)

T.test("network namespaces: a process', a file's, the caller's", function()
	local server <close>, port = listener()
	for _, netns in ipairs({1, "/proc/1/ns/net", "caller"}) do
		local client <close> = socket.new(af.INET, sock.STREAM, 0, netns)
		client:connect(LOCAL, port)
		server:accept():close()
	end
	T.err(errno.SRCH, socket.new, 2, 1, 0, 4000000)
	T.err(errno.NOENT, socket.new, 2, 1, 0, "/no/such/file")
	T.err(errno.INVAL, socket.new, 2, 1, 0, "/etc/passwd")
	T.err(errno.INVAL, socket.new, 2, 1, 0, "/proc/1/ns/mnt")
end)

-- ------------------------------------------------------------ memory, contexts

T.test("many bytes, of many lengths, arrive as they were sent", function()
	local client <close>, session = pair()
	for _, len in ipairs({1, 255, 256, 257, 4095, 4097, 65535, 65537, 200000}) do
		local text = string.char(len & 0xff):rep(len - 1) .. "!"
		local got = {}
		local sent = client:send(text, nil, nil, msg.DONTWAIT)
		local left = sent
		while left > 0 do
			got[#got + 1] = session:receive(math.min(left, 30000))
			left = left - #got[#got]
		end
		T.ok(table.concat(got) == text:sub(1, sent), len .. " bytes")
	end
end)

T.test("a buffer that is too large for the runtime is no memory", function()
	local client <close>, session = pair()
	client:send("x")
	local ok, message = pcall(session.receive, session, 1 << 24)
	T.ok(ok or tostring(message):find("not enough memory"), tostring(message))
end)

T.test("dropped sockets are closed, whoever collects them", function()
	local server, port = listener()
	local weak = setmetatable({server}, {__mode = "v"})
	T.eq(weak[1], server)
	server = nil	-- luacheck: ignore
	fire(function() collectgarbage() end)
	collectgarbage()
	for _ = 1, 500 do
		local again <close> = tcp()
		if pcall(again.bind, again, LOCAL, port) then
			return
		end
		linux.schedule(10)
	end
	T.ok(false, "its port is free")
end)

T.test("in softirq context everything that sleeps is refused", function()
	local s <close> = tcp()
	local refused = {}
	local all = {"send", "receive", "bind", "listen", "accept", "connect", "getsockname",
		"getpeername", "settimeout", "setreuseaddr", "close"}
	fire(function()
		for _, name in ipairs(all) do
			local ok, message = pcall(s[name], s)
			refused[#refused + 1] = not ok and message:find("sleep", 1, true) and name
		end
		refused[#refused + 1] = not pcall(socket.new, 2, 1, 0) and "new"
	end)
	T.eq(table.concat(refused, " "), table.concat(all, " ") .. " new")
	T.eq(select("#", s:getsockname()), 2, "it still lives")
end)

return T.finish()
