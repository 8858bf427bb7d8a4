-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- What the fuzzer cannot find out by itself. The libraries, their functions, the
-- classes and their methods come from docs/gen/contexts.py. A new binding adds here:
--
--	make.<class>	how to make an object of the class; without that the suite fails
--	arguments	for what may wait: arguments that make it come back soon
--	deny		what is legal, and no good to call, and why not
--	elsewhere	classes that this runtime, which sleeps, cannot have objects of, and
--			where they are fuzzed; here their methods get everything else
--
-- Each make function gets a random source (random.lua) and the number of the slot
-- that the object is for; what it raises is counted and otherwise ignored.

local NONBLOCK <const> = 2048	-- of accept() and connect()
local DONTWAIT <const> = 64	-- of receive() and send()

local function nop() end

local make, arguments = {}, {}

make.device = function(random, slot)
	return require("device").new({name = "fuzz" .. slot, open = nop, release = nop,
		read = function() return random:string() end, write = function() error("fuzz") end})
end

make.counter = function(random)
	return require("skel").timer(random:range(1, 50), nop)
end

make.runtime = function(random)
	return require("lunatik").runtime("tests/fuzz/plain", random:range(0, 1) == 0)
end

make["rcu.table"] = function(random)
	local t = require("rcu").table(random:range(1, 2000))
	for i = 1, random:range(0, 20) do
		t["k" .. i] = i
	end
	return t
end

make.data = function(random)
	return require("data").new(random:range(1, 5000))
end

make.fifo = function(random)
	return require("fifo").new(random:range(1, 5000))
end

make.completion = function()
	return require("completion").new()
end

make.thread = function(_, slot)
	local runtime = require("lunatik").runtime("tests/fuzz/body")
	return require("thread").run(runtime, "fuzz%n" .. slot)
end

make.notifier = function(random)
	local notifier = require("notifier")
	return random:pick({notifier.netdevice, notifier.keyboard or notifier.netdevice})(nop)
end

make["vterm notifier"] = function()
	return require("notifier").vterm(nop)
end

make.probe = function(random)
	local probe = require("probe")
	if random:boolean() then
		return probe.tracepoint("module_load", nop)
	end
	return probe.new("__x64_sys_getppid", {pre = nop, [random:pick({"post", "ret"})] = nop})
end

make.socket = function(random)
	local socket = require("socket")
	local af, sock = socket.af, socket.sock
	local kinds = {{af.INET, sock.STREAM}, {af.INET, sock.DGRAM}, {af.UNIX, sock.STREAM}, {af.UNIX, sock.DGRAM},
		{af.INET6, sock.DGRAM}, {af.PACKET, sock.RAW}}
	local kind = random:pick(kinds)
	return socket.new(kind[1], kind[2], 0)
end

-- what waits gets a short time, or a flag: (random, self) -> arguments
arguments["linux.schedule"] = function(random) return random:range(0, 2), random:range(-1, 3) end
arguments["completion:wait"] = function(random, self) return self, random:range(-1, 2) end
arguments["socket:receive"] = function(random, self)
	return self, random:integer(), DONTWAIT | random:range(0, 3), random:boolean()
end
arguments["socket:accept"] = function(_, self) return self, NONBLOCK end
arguments["socket:connect"] = function(random, self)
	if random:boolean() then
		return self, random:string(), NONBLOCK
	end
	return self, 0x7f000001, random:range(1, 65535), NONBLOCK
end
arguments["socket:send"] = function(random, self)
	if random:boolean() then
		return self, random:string():sub(1, 1000)
	end
	return self, random:string():sub(1, 1000), 0x7f000001, random:range(1, 65535)
end

-- the other spelling: socket.receive(s, ...)
for _, name in ipairs{"receive", "accept", "connect", "send"} do
	arguments["socket." .. name] = function(random)
		return arguments["socket:" .. name](random, random.objects.socket[random:range(1, 6)])
	end
end

return {
	make = make,
	arguments = arguments,

	-- libraries in Lua, whose functions are called too where they are installed
	lua = {"net"},

	elsewhere = {
		netfilter = "suite netfilter-fuzz",
		skb = "suite netfilter-fuzz",
		xtable = "suite xtable",
		xdp = "suite xdp",
	},

	deny = {
		["linux.kill"] = "would end init, or the fuzzer",
		["test"] = "a library for tests",
		["contexts"] = "a library for tests",
	},

	-- keys of the tables that functions are given
	fields = {"name", "mode", "open", "release", "read", "write", "ioctl", "poll", "lseek", "maxwrite",
		"capability", "lockdown", "hook", "pf", "hooknum", "priority", "mark", "memory", "budget",
		"queue", "event", "socket", "pre", "post"},
}
