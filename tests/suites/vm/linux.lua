-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "linux", function by function: what the documents say, their error
-- messages, and what was wrong elsewhere (64-bit byte order that lost the upper
-- half, random numbers that were neither uniform nor wide). linux runs it.

local T = require("tests/harness")
local linux = require("linux")
local fire = require("tests/fire")

T.start("linux", true)

local little = string.pack("=I2", 1) == "\1\0"
local WORDS = {[16] = 0x1234, [32] = 0x12345678, [64] = 0x123456789abcdef0}
local SWAPPED = {[16] = 0x3412, [32] = 0x78563412, [64] = 0xf0debc9a78563412}

-- f must swap on this machine if big is not what the machine is
local function order(bits, name, big)
	local f, n = linux[name], WORDS[bits]
	local want = big == little and SWAPPED[bits] or n
	T.eq(f(n), want, name)
	T.eq(f(f(n)), n, name .. " twice")
end

for _, bits in ipairs({16, 32, 64}) do
	T.test("byte order of " .. bits .. " bits", function()
		for _, name in ipairs({"hton" .. bits, "ntoh" .. bits, "htobe" .. bits, "be" .. bits .. "toh"}) do
			order(bits, name, true)
		end
		for _, name in ipairs({"htole" .. bits, "le" .. bits .. "toh"}) do
			order(bits, name, false)
		end
	end)
end

T.test("16 and 32 bits are cut, and never are negative", function()
	T.eq(linux.htole16(0x12345), linux.htole16(0x2345))
	T.eq(linux.hton16(-1), 0xffff)
	T.eq(linux.hton32(-1), 0xffffffff)
	T.eq(linux.htobe32(0x100000001), linux.htobe32(1))
	T.eq(linux.be64toh(-1), -1)
	T.errfind("number expected, got no value", linux.hton64)
end)

T.test("random without arguments has all 64 bits", function()
	local ones, zeros = 0, -1
	for _ = 1, 200 do
		local n = linux.random()
		ones, zeros = ones | n, zeros & n
	end
	T.eq(ones, -1)
	T.eq(zeros, 0)
end)

T.test("random stays in its interval and reaches its ends", function()
	local seen = {}
	for _ = 1, 2000 do
		seen[linux.random(-2, 2)] = true
		T.ok(linux.random(1) == 1)
		local n = linux.random(6)
		if n < 1 or n > 6 then
			T.eq(n, "1 to 6")
		end
	end
	for n = -2, 2 do
		T.ok(seen[n], "seen " .. n)
	end
	seen[-2], seen[-1], seen[0], seen[1], seen[2] = nil, nil, nil, nil, nil
	T.eq(next(seen), nil)
	T.eq(linux.random(math.maxinteger, math.maxinteger), math.maxinteger)
	T.eq(linux.random(math.mininteger, math.mininteger), math.mininteger)
end)

T.test("random is uniform, in wide intervals too", function()
	-- of three equal parts, the first one would get half of a plain remainder
	local part, count = 1 << 61, {0, 0, 0}
	for _ = 1, 3000 do
		local n = linux.random(0, 3 * part - 1)
		count[n // part + 1] = count[n // part + 1] + 1
	end
	for i = 1, 3 do
		T.ok(count[i] > 850 and count[i] < 1150, "part " .. i .. " of 3: " .. count[i])
	end
end)

T.test("random's errors", function()
	T.errfind("interval is empty", linux.random, 0)
	T.errfind("interval is empty", linux.random, 2, 1)
	T.errfind("interval too large", linux.random, math.mininteger, 0)
	T.errfind("interval too large", linux.random, -1, math.maxinteger)
	T.err("wrong number of arguments", linux.random, 1, 2, 3)
	T.errfind("number expected, got boolean", linux.random, true)
end)

T.test("schedule sleeps as long as it says", function()
	for _, state in ipairs({"INTERRUPTIBLE", "UNINTERRUPTIBLE", "KILLABLE", "IDLE"}) do
		local start = linux.time()
		T.eq(linux.schedule(30, linux.task[state]), 0, state)
		local ms = linux.difftime(linux.time(), start) // 1000000
		T.ok(ms >= 29, state .. ": only " .. ms .. " ms")
	end
	T.eq(linux.schedule(0), 0)
end)

T.test("schedule's errors", function()
	T.errfind("invalid task state", linux.schedule, 1, linux.task.RUNNING)
	T.errfind("invalid task state", linux.schedule, 1, 12345)
	T.errfind("negative timeout", linux.schedule, -1)
	T.errfind("number expected", linux.schedule, "soon")
end)

T.test("the task table", function()
	T.eq(linux.task.RUNNING, 0)
	T.eq(linux.task.INTERRUPTIBLE, 1)
	T.eq(linux.task.UNINTERRUPTIBLE, 2)
	T.ok(linux.task.KILLABLE ~= linux.task.IDLE)
end)

T.test("time goes on, in nanoseconds since 1970", function()
	local now = linux.time()
	T.ok(now > 1600000000 * 1000000000, "it is after 2020")
	T.ok(linux.time() >= now, "not backwards")
	T.eq(linux.difftime(7, 5), 2)
	T.eq(linux.difftime(5, 7), -2)
	T.errfind("number expected", linux.difftime, 1)
end)

T.test("tracing says what it is, and switches", function()
	local was = linux.tracing()
	T.eq(type(was), "boolean")
	T.eq(linux.tracing(false), false)
	local on = linux.tracing(true)
	T.eq(linux.tracing(), on)
	T.eq(linux.tracing(was), was)
end)

T.test("lookup finds functions, and gives NULL for what is none", function()
	local null = linux.lookup("there_is_no_such_function")
	T.eq(type(null), "userdata")
	T.eq(linux.lookup("%s%n"), null)
	T.eq(linux.lookup(""), null)
	local found = linux.lookup("vfs_read")
	T.eq(linux.lookup("vfs_read"), found)
	T.eq(found ~= null, linux.lookup("vfs_write") ~= null, "both or none")
	T.errfind("string expected", linux.lookup)
end)

T.test("ifindex", function()
	T.eq(linux.ifindex("lo"), 1)
	T.errfind("device not found", linux.ifindex, "nosuchdevice")
	T.errfind("device not found", linux.ifindex, "lo\0hi")
	T.errfind("device not found", linux.ifindex, ("%n%s"):rep(100))
	T.errfind("string expected", linux.ifindex)
end)

T.test("kill raises errnos", function()
	T.eq(linux.kill(1, 0), true)
	T.err(linux.errno.SRCH, linux.kill, 4000000, 0)
	T.err(linux.errno.SRCH, linux.kill, 0, 0)
	T.err(linux.errno.SRCH, linux.kill, -1)
	T.err(linux.errno.SRCH, linux.kill, 1 << 32 | 1)
	T.err(linux.errno.INVAL, linux.kill, 1, 65)
	T.err(linux.errno.INVAL, linux.kill, 1, -1)
	T.err(linux.errno.INVAL, linux.kill, 1, 1 << 40)
end)

-- name=value pairs
local function values(t, text)
	for name, value in text:gmatch("([%w_]+)=(%w+)") do
		T.eq(t[name], tonumber(value), name)
	end
end

T.test("the errno table, all 34 base names", function()
	values(linux.errno, [[PERM=1 NOENT=2 SRCH=3 INTR=4 IO=5 NXIO=6 2BIG=7 NOEXEC=8 BADF=9
		CHILD=10 AGAIN=11 NOMEM=12 ACCES=13 FAULT=14 NOTBLK=15 BUSY=16 EXIST=17 XDEV=18
		NODEV=19 NOTDIR=20 ISDIR=21 INVAL=22 NFILE=23 MFILE=24 NOTTY=25 TXTBSY=26 FBIG=27
		NOSPC=28 SPIPE=29 ROFS=30 MLINK=31 PIPE=32 DOM=33 RANGE=34]])
	values(linux.errno, "WOULDBLOCK=11 TIMEDOUT=110 CANCELED=125 HWPOISON=133")
end)

T.test("the signal, stat and cap tables", function()
	values(linux.signal, "HUP=1 INT=2 KILL=9 SEGV=11 TERM=15 CHLD=17 STOP=19 WINCH=28 SYS=31")
	values(linux.stat, [[IRWXU=0x1c0 IRUSR=0x100 IWUSR=0x80 IXUSR=0x40 IRWXG=0x38 IRGRP=0x20
		IWGRP=0x10 IXGRP=8 IRWXO=7 IROTH=4 IWOTH=2 IXOTH=1 IRWXUGO=0x1ff IALLUGO=0xfff
		IRUGO=0x124 IWUGO=0x92 IXUGO=0x49]])
	values(linux.cap, "CHOWN=0 KILL=5 SYS_ADMIN=21 NET_ADMIN=12 CHECKPOINT_RESTORE=40")
end)

-- what fn answers or raises in a timer
local function insoftirq(fn)
	local answer
	fire(function() answer = table.pack(pcall(fn)) end)
	return table.unpack(answer, 1, answer.n)
end

T.test("in softirq context what sleeps is refused, all else works", function()
	local function all()
		return linux.random(5) < 6, linux.time() > 0, linux.ifindex("lo"), linux.hton16(0),
			linux.kill(1, 0), type(linux.tracing())
	end
	T.vals('true, true, true, 1, 0, true, "boolean"', insoftirq(all))
	for _, name in ipairs({"schedule", "lookup"}) do
		local ok, message = insoftirq(function() linux[name]("1") end)
		T.eq(ok, false)
		T.ok(tostring(message):find("sleep", 1, true), tostring(message))
	end
end)

return T.finish()
