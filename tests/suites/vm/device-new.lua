-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- device.new(), device.stop() and the device object, as scripts see them: what is
-- refused and how, what is left behind by a refusal (nothing), all documented
-- spellings, `<close>`. device-new runs it.

local T = require("tests/harness")
local device = require("device")
local linux = require("linux")
local test = require("test")
local fire = require("tests/fire")

T.start("device", true)

local function nop() end

-- opening a device fails from inside its own runtime, but differently: a node
-- that is not there is ENOENT
local function exists(name)
	return test.open("/dev/" .. name) ~= -linux.errno.NOENT
end

T.test("new makes the node, stop removes it, in all documented spellings", function()
	for _, stop in ipairs({
		function(d) device.stop(d) end, function(d) d:stop() end,
		function(d) device.delete(d) end, function(d) d:delete() end,
	}) do
		T.ok(not exists("dn-one"), "not there before")
		local d = device.new({name = "dn-one", open = nop})
		T.ok(exists("dn-one"), "there")
		stop(d)
		T.ok(not exists("dn-one"), "not there afterwards")
	end
end)

T.test("<close> removes it, also after stop, also after an error", function()
	do
		local d <close> = device.new({name = "dn-close"})
		T.ok(exists("dn-close"), "there " .. tostring(d):sub(1, 6))
	end
	T.ok(not exists("dn-close"), "gone")
	do
		local d <close> = device.new({name = "dn-close"})
		d:stop()
	end
	pcall(function()
		local d <close> = device.new({name = "dn-close"})
		error("out", d and 1)
	end)
	T.ok(not exists("dn-close"), "gone after an error")
end)

T.test("a device lives on when the script drops it", function()
	device.new({name = "dn-dropped"})
	collectgarbage()
	collectgarbage()
	T.ok(exists("dn-dropped"), "still there")
end)

T.test("a driver must be a table", function()
	T.errfind("table expected, got no value", device.new)
	T.errfind("table expected, got string", device.new, "passwd")
	T.errfind("table expected, got nil", device.new, nil)
end)

T.test("a driver must have a name, a string", function()
	T.err("bad field 'name' (string expected, got nil)", device.new, {})
	T.err("bad field 'name' (string expected, got table)", device.new, {name = {}})
	T.err("bad field 'name' (string expected, got boolean)", device.new, {name = true})
	T.err("bad field 'name' (string expected, got function)", device.new, {name = nop})
end)

T.test("what is no name of a node is refused", function()
	for _, name in ipairs({"", ("n"):rep(64)}) do
		T.errfind("1 to 63 bytes expected, got " .. #name, device.new, {name = name})
	end
	for _, name in ipairs({
		"..", "../x", "a/b", "/dev/x", "a..b", ".", "a\nb", "a\0b", "\27[1m", "a\127", "%n%s",
		("%n%s"):rep(10), "a!b", "!..!x", "back\\slash", "tab\tbed",
	}) do
		T.errfind("cannot be a device's name", device.new, {name = name})
	end
	for _, name in ipairs({"a", ("n"):rep(63), "with space", "x.y", "\xc3\xbc", "a:b,c@d"}) do
		device.new({name = name}):stop()
		T.ok(not exists(name), name)
	end
end)

T.test("a name that is in use is refused, and said", function()
	local d <close> = device.new({name = "dn-taken"})
	T.ok(d)
	T.err("device 'dn-taken' already exists", device.new, {name = "dn-taken"})
	T.err("device 'null' already exists", device.new, {name = "null"})
	T.err("device 'pts' already exists", device.new, {name = "pts"})
end)

T.test("optional fields are checked", function()
	local function refused(field, value, message)
		T.err(("bad field '%s' (%s)"):format(field, message), device.new,
			{name = "dn-field", [field] = value})
		T.ok(not exists("dn-field"), "no node left")
	end
	refused("mode", "0644", "integer expected, got string")
	refused("mode", true, "integer expected, got boolean")
	refused("mode", 4096, "4096 is not between 0 and 4095")
	refused("mode", -1, "-1 is not between 0 and 4095")
	refused("maxwrite", 0, "0 is not between 1 and 2147483647")
	refused("maxwrite", 1 << 31, "2147483648 is not between 1 and 2147483647")
	refused("maxwrite", {}, "integer expected, got table")
	refused("capability", -1, "-1 is not between 0 and " .. linux.cap.CHECKPOINT_RESTORE)
	refused("capability", "SYS_ADMIN", "integer expected, got string")
end)

T.test("an error in the driver's metamethods leaves nothing", function()
	local bad = setmetatable({name = "dn-meta"}, {__index = function(_, k) error("no " .. k, 0) end})
	T.errfind("no ", device.new, bad)
	T.ok(not exists("dn-meta"), "no node left")
	local inherited = setmetatable({}, {__index = {name = "dn-inherited", mode = 0}})
	device.new(inherited):stop()
end)

T.test("a stopped device refuses its methods", function()
	local d = device.new({name = "dn-stopped"})
	d:stop()
	T.errfind("null-pointer dereference", d.stop, d)
	T.errfind("null-pointer dereference", d.delete, d)
	T.errfind("null-pointer dereference", device.stop, d)
	T.errfind("null-pointer dereference", d.wake, d)
	T.errfind("null-pointer dereference", d.notify, d)
end)

T.test("what is no device is refused", function()
	for _, bad in ipairs({{}, 1, "x", io or print}) do
		T.errfind("device expected, got ", device.stop, bad)
	end
	T.errfind("device expected, got no value", device.stop)
	local other = test.softirq(nop)
	T.errfind("device expected, got shot", device.stop, other)
	other:stop()
end)

T.test("its metatable cannot be had or changed", function()
	local d <close> = device.new({name = "dn-locked"})
	T.eq(getmetatable(d), false)
	T.ok(not pcall(setmetatable, d, {}), "setmetatable on a device")
	T.ok(not pcall(function() d.stop = nil end), "assigning to a device")
end)

T.test("the tables", function()
	T.eq(device.poll.IN, 1)
	T.eq(device.poll.PRI, 2)
	T.eq(device.poll.OUT, 4)
	T.eq(device.poll.ERR, 8)
	T.eq(device.poll.HUP, 16)
	T.eq(device.seek.SET, 0)
	T.eq(device.seek.CUR, 1)
	T.eq(device.seek.END, 2)
end)

T.test("in softirq context: no new device, no stop; wake works", function()
	local d <close> = device.new({name = "dn-atomic"})
	local results
	fire(function()
		results = {{pcall(device.new, {name = "dn-softirq"})}, {pcall(d.stop, d)}, {pcall(d.wake, d)}}
	end)
	T.eq(results[1][1], false)
	T.ok(tostring(results[1][2]):find("sleep"), tostring(results[1][2]))
	T.eq(results[2][1], false)
	T.ok(tostring(results[2][2]):find("sleep"), tostring(results[2][2]))
	T.eq(results[3][1], true)
	T.ok(not exists("dn-softirq"), "no node")
	T.ok(exists("dn-atomic"), "still there")
end)

T.test("a hundred devices at once, and all their names again afterwards", function()
	for round = 1, 2 do
		local all = {}
		for i = 1, 100 do
			all[i] = device.new({name = "dn-many" .. i})
		end
		T.ok(exists("dn-many1") and exists("dn-many100"), "round " .. round)
		for i = 1, 100 do
			all[i]:stop()
		end
	end
	T.ok(not exists("dn-many50"), "gone")
end)

return T.finish()
