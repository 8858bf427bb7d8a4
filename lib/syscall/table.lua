-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- The addresses of system calls by name: what require("syscall.table") returns.
--
-- Finding an address takes milliseconds, so each is found when it is first asked for,
-- and all of them when somebody goes through the table with pairs().

--- @module syscall.table

local syscall = require("syscall")

local numbers, address, addresses = syscall.numbers, syscall.address, syscall.addresses

--- Where each system call begins: name -> light userdata, which a probe takes.
-- A name that is no system call of this kernel has nil.
-- @table table
-- @raise as `syscall.address`, which is what finds it: ask for it first while the script
--   loads if it is for an atomic context. `pairs()` is for process context, and leaves out
--   what cannot be found
-- @usage local syscalls = require("syscall.table"); probe.new(syscalls.openat, handlers)
local meta = {}

function meta.__index(t, name)
	local number = numbers[name]
	if number then
		local found = address(number)
		rawset(t, name, found)
		return found
	end
end

function meta.__pairs(t)
	for name, found in pairs(addresses()) do
		rawset(t, name, found)
	end
	return next, t, nil
end

return setmetatable({}, meta)
