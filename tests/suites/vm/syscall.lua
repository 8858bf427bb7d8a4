-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- Library "syscall" and syscall.table: numbers and names as programs know them,
-- addresses as linux.lookup() finds them, every number around a power of two, and what
-- is refused where sleeping is impossible. syscall runs it.

local T = require("tests/harness")
local fire = require("tests/fire")
local linux = require("linux")
local lunatik = require("lunatik")
local programs = require("tests/syscall/programs")
local syscall = require("syscall")
local syscalls = require("syscall.table")

local PROBES = linux.lookup("vfs_read") ~= linux.lookup("there_is_no_such_function")
local NONE = "this kernel has no kprobes (CONFIG_KPROBES)"

T.start("syscall", true)

local function count(t)
	local n = 0
	for _ in pairs(t) do
		n = n + 1
	end
	return n
end

-- what fn answers or raises in a timer
local function insoftirq(fn)
	local answer
	fire(function() answer = table.pack(pcall(fn)) end)
	return table.unpack(answer, 1, answer.n)
end

T.test("in softirq context an address must be known", function()
	local ok, message = insoftirq(function() return syscall.address(syscall.numbers.acct) end)
	T.eq(ok, false)
	T.ok(tostring(message):find(PROBES and "address may sleep" or NONE, 1, true), message)
	ok, message = insoftirq(function() return syscalls.acct end)
	T.eq(ok, false)
	T.ok(tostring(message):find(PROBES and "address may sleep" or NONE, 1, true), message)
	ok, message = insoftirq(syscall.addresses)
	T.eq(ok, false)
	T.ok(tostring(message):find("addresses may sleep", 1, true), message)
	T.vals("true, 163, 163", insoftirq(function() return syscall.number("acct"), syscall.numbers.acct end))
	if PROBES then
		local acct = syscall.address(163)
		T.vals("true, true, true", insoftirq(function() return syscall.address(163) == acct, syscalls.acct == acct end))
	end
end)

T.test("numbers are those that programs have", function()
	T.ok(count(programs) > 330, count(programs) .. " of the C library")
	for name, number in pairs(programs) do
		T.eq(syscall.numbers[name], number, name)
	end
	T.eq(syscall.numbers.read, 0)
	T.eq(syscall.numbers.openat, 257)
end)

T.test("number() knows what numbers has", function()
	local highest = 0
	for name, number in pairs(syscall.numbers) do
		T.eq(syscall.number(name), number, name)
		highest = math.max(highest, number)
	end
	T.ok(highest >= 450 and highest < 1024, "the highest is " .. highest)
end)

T.test("names that are none", function()
	for _, name in ipairs({"", "nosuch", "Read", "rea", "reads", "read\0", "\0read", "read ", "sys_read",
		"__NR_read", "syscalls", "arch_specific_syscall", "x32_read", "ia32_read", "%n%s", ("%s"):rep(5000), 0}) do
		T.eq(syscall.number(name), nil, tostring(name):sub(1, 30))
		T.eq(syscalls[name], nil, tostring(name):sub(1, 30))
	end
	T.errfind("string expected, got no value", syscall.number)
	T.errfind("string expected, got table", syscall.number, {})
	T.errfind("string expected, got nil", syscall.number, nil)
	T.vals("nil, nil, nil, nil", syscalls[1], syscalls[true], syscalls[{}], syscalls[syscalls])
end)

T.test("numbers that are none", function()
	for bit = 10, 63 do
		local power = 1 << bit
		for _, number in ipairs({power - 1, power, power + 1, -power, ~power, power | 257}) do
			T.errfind("out of bounds", syscall.address, number)
		end
	end
	T.errfind("out of bounds", syscall.address, -1)
	T.errfind("out of bounds", syscall.address, math.mininteger)
	T.errfind("out of bounds", syscall.address, math.maxinteger)
	T.errfind("number expected, got no value", syscall.address)
	T.errfind("number expected, got string", syscall.address, "read")
	T.errfind("number expected, got table", syscall.address, {})
end)

local function withprobes(name, fn)
	if PROBES then
		T.test(name, fn)
	end
end

withprobes("addresses are those of the kernel's functions", function()
	local null = linux.lookup("there_is_no_such_function")
	for name, symbol in pairs({read = "read", openat = "openat", stat = "newstat", uname = "newuname",
		umount2 = "umount", exit_group = "exit_group", fork = "fork", clone = "clone", mmap = "mmap"}) do
		local address = syscall.address(syscall.numbers[name])
		T.eq(type(address), "userdata", name)
		T.ok(address ~= null, name)
		T.eq(address, linux.lookup("__x64_sys_" .. symbol), name)
		T.eq(address, syscall.address(syscall.numbers[name]), name .. " again")
		T.eq(syscalls[name], address, name .. " in the table")
	end
	T.ok(syscall.address(0) ~= syscall.address(1), "read is not write")
end)

withprobes("a number without a system call has the function that says ENOSYS", function()
	local nosys = linux.lookup("__x64_sys_ni_syscall")
	T.ok(nosys ~= linux.lookup("there_is_no_such_function"), "it is there")
	T.eq(syscall.address(400), nosys)
end)

withprobes("the highest number is in bounds, the next is not", function()
	local highest = 0
	for _, number in pairs(syscall.numbers) do
		highest = math.max(highest, number)
	end
	T.eq(type(syscall.address(highest)), "userdata")
	T.errfind("out of bounds", syscall.address, highest + 1)
end)

withprobes("pairs() goes through all of the table", function()
	local all = {}
	for name, address in pairs(syscalls) do
		T.eq(type(address), "userdata", name)
		T.eq(address, syscall.address(syscall.numbers[name]), name)
		all[name] = address
	end
	for name in pairs(syscall.numbers) do
		T.ok(all[name], name .. " has an address")
	end
	T.eq(count(all), count(syscall.numbers))
	T.eq(count(syscall.addresses()), count(all))
	T.eq(require("syscall.table"), syscalls)
end)

if not PROBES then
	T.test("without kprobes there are no addresses, and the error says so", function()
		T.errfind(NONE, syscall.address, 0)
		T.errfind(NONE, syscall.addresses)
		T.errfind(NONE, function() return syscalls.openat end)
		T.errfind(NONE, pairs, syscalls)
	end)
end

T.test("a runtime that never sleeps asks while it is loaded", function()
	local runtime <close> = lunatik.runtime("tests/syscall/atomic", false)
	T.vals(PROBES and "39, true, true" or "39, false, false", runtime:resume())
end)

return T.finish()
