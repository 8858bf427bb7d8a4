-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- The devices that device works on, all in one runtime:
--
--	t-plain		a file of 26 letters, mode 0444
--	t-log		what is written is appended, and can be read: for tail -f
--	t-own		each open file has a value of its own
--	t-poll		readable once t-ctl was told "ready"
--	t-wait		never ready
--	t-mask		a mask from poll
--	t-ioctl		answers what it was asked
--	t-seek		has a lseek of its own, and says what it was given
--	t-odd		read and write that return odd things
--	t-none		a name, and no callback at all
--	t-open		open and release only
--	t-later		its read appears when t-ctl is told "later"
--	t-small		takes 10 bytes a write
--	t-sleep		its read blocks for ever
--	t-admin		for CAP_SYS_ADMIN only, but mode 0666
--	t-ctl		a line written is a command; what is read is its answer

local device = require("device")
local linux = require("linux")
local test = require("test")

local function nop() end

local devices = {}

local function new(name, driver)
	driver.name = name
	driver.open = driver.open or nop
	driver.release = driver.release or nop
	devices[name] = device.new(driver)
	return driver
end

-- ---------------------------------------------------------------- plain files

local letters = "abcdefghijklmnopqrstuvwxyz"

new("t-plain", {mode = linux.stat.IRUGO, read = function(_, len, off)
	return letters:sub(off + 1, off + len)
end})

local log = ""
new("t-log", {
	read = function(_, len, off) return log:sub(off + 1, off + len) end,
	write = function(_, bytes) log = log .. bytes end,
})

-- ------------------------------------------------------------ a state per file

local files, released = 0, 0

new("t-own", {
	open = function()
		files = files + 1
		return {n = files}
	end,
	write = function(_, bytes, _, state) state.value = bytes end,
	read = function(_, _, _, state) return state.value end,
	lseek = function(_, _, _, state) return state.n end,
	release = function(_, state)
		files = files - 1
		released = released + (state.n and 1 or 0)
	end,
})

-- ------------------------------------------------------------------------ poll

local ready = false
new("t-poll", {
	read = function() return "now\n" end,
	poll = function() return ready, true end,
})
new("t-wait", {poll = function() return false, false end})
new("t-mask", {poll = function() return device.poll.PRI | device.poll.HUP end})

-- ----------------------------------------------------------------------- ioctl

local answers = {
	[1] = function(arg) return #arg, arg:reverse() end,	-- back what came
	[2] = function() return 0, "short" end,			-- zero padded
	[3] = function() return 0, ("long"):rep(100) end,	-- cut
	[4] = function(arg) return arg end,			-- an integer
	[5] = function() return -linux.errno.ROFS, "not seen" end,
	[6] = function() return 1 << 40 end,
	[7] = function() error("no %n%s") end,
	[8] = function() return 7 end,				-- nothing back
	[9] = function(arg) return arg, type(arg) end,
}

new("t-ioctl", {ioctl = function(_, cmd, arg)
	local answer = answers[cmd & 0xff]
	if answer then
		return answer(arg)
	end
end})

-- ------------------------------------------------------------------------ seek

new("t-seek", {
	read = function(_, _, off) return ("at %d\n"):format(off), off end,
	lseek = function(_, offset, whence)
		if whence == device.seek.END then
			return 1000 + offset
		elseif whence == device.seek.SET then
			return offset
		end
	end,
})

-- ------------------------------------------------------------------------- odd

local odd, oddwrite = {}, {}
for text, result in pairs({
	["nil"] = {}, ["false"] = {false}, table = {{}}, number = {42}, far = {"x", 1000},
	back = {"x", -1}, word = {"x", "y"},
}) do
	odd[text] = function() return table.unpack(result) end
	oddwrite[text] = function() return table.unpack(result) end
end
odd.long = function(len) return ("y"):rep(len + 10) end
odd.raise = function() error("deliberate %n%s\nsecond line") end
odd.raisetable = function() error({}) end
odd.raisenil = function() error(nil) end
oddwrite.more = function(bytes) return #bytes + 1 end
oddwrite.less = function() return 2 end
oddwrite.minus = function() return -5 end
oddwrite.move = function() return 3, 77 end
oddwrite.raise = odd.raise

local mode = "nil"
new("t-odd", {
	read = function(_, len) return odd[mode](len) end,
	write = function(_, bytes) return oddwrite[mode](bytes) end,
	poll = function() return odd[mode](0) end,
	lseek = function() return odd[mode](0) end,
})

devices["t-none"] = device.new({name = "t-none"})
new("t-open", {})
local later = new("t-later", {})
new("t-small", {maxwrite = 10, write = nop})
new("t-sleep", {read = function() linux.schedule() end})
new("t-admin", {mode = linux.stat.IRUGO | linux.stat.IWUGO, capability = linux.cap.SYS_ADMIN,
	read = function() return "secret\n" end, write = nop,
	ioctl = function() return 0 end})

-- --------------------------------------------------------------------- control

local answer = ""
local commands = {
	stop = function(name) devices[name]:stop() end,
	stopself = function() devices["t-ctl"]:stop() end,
	later = function() later.read = odd.number end,
	mode = function(text) mode = text end,
	ready = function()
		ready = true
		devices["t-poll"]:wake(device.poll.IN)
	end,
	files = function() return ("open %d released %d"):format(files, released) end,
	reopen = function(path) return tostring(test.open(path)) end,
	cycle = function()
		device.new({name = "t-cycle", open = nop}):stop()
	end,
	collect = function() collectgarbage() end,
	restore = function() new("t-plain", {read = function() return "again\n" end}) end,
}

local function control(line)
	local command, arg = line:match("^(%w+) ?([^\n]*)")
	return commands[command](arg) or ""
end

new("t-ctl", {
	write = function(_, line)
		local ok, result = pcall(control, line)
		answer = (ok and result or "error: " .. tostring(result)) .. "\n"
	end,
	read = function(_, len, off) return answer:sub(off + 1, off + len) end,
})
