-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- systrack: /dev/systrack tells how often some system calls were called since it is
-- there, by anybody
--
--   $ sudo lunatik run examples/systrack
--   $ cat /dev/systrack
--   openat: 2036
--   read: 4131
--   write: 1085
--   readv: 0
--   writev: 0
--   close: 1927
--   $ sudo lunatik stop examples/systrack

local device = require("device")
local linux = require("linux")
local probe = require("probe")
local syscalls = require("syscall.table")

local names <const> = {"openat", "read", "write", "readv", "writev", "close"}

local counts, probes = {}, {}

local function track(name)
	counts[name] = 0
	probes[name] = probe.new(syscalls[name], {pre = function() counts[name] = counts[name] + 1 end})
end

-- One line for each call. A storm of calls from all CPUs may bring more at once than
-- can wait for this script: those that it was not called for were calls all the same.
local function report()
	local lines = {}
	for i, name in ipairs(names) do
		lines[i] = ("%s: %d\n"):format(name, counts[name] + probes[name]:missed())
	end
	return table.concat(lines)
end

local function nop() end

local driver = {name = "systrack", release = nop, mode = linux.stat.IRUGO}

function driver:open()
	return {} -- each reader sees the numbers of when it began to read
end

function driver:read(length, offset, reader)
	if offset == 0 then
		reader.text = report()
	end
	return (reader.text or ""):sub(offset + 1, offset + length)
end

for _, name in ipairs(names) do
	track(name)
end
device.new(driver)
