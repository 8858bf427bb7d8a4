-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- The fuzzer: calls random functions and methods with random arguments, protected,
-- on live objects of every class. Each read of /dev/fuzz makes a batch of calls, in
-- the reader's context and, the last few of them, in a timer's: softirq, and hard
-- interrupt the next time. It answers with a line, and with end of file when all
-- calls are made. /dev/fuzz-now tells which call is being made.
--
-- The n-th call depends on the seed, on n, and on the libraries that there are.

local contexts = require("contexts")
local device = require("device")
local fire = require("tests/fire")
local data = require("tests/fuzz/data")
local list = require("tests/fuzz/list")
local params = require("tests/fuzz/params")
local random = require("tests/fuzz/random")(params.seed)

local BATCH <const> = 500
local INSIDE <const> = 20	-- of a batch, in a timer
local SLOTS <const> = 6

local targets, classes = {}, {}		-- what can be called; names of classes
local last, raised, made, ended = 0, 0, {}, 0
local now = "nothing"

local function add(name, f, class)
	if f and not list.deny[name] then
		targets[#targets + 1] = {name = name, f = f, class = class, arguments = list.arguments[name]}
	end
end

local function add_class(class)
	if #class.methods == 0 then
		return	-- scripts never see its objects
	end
	local methods = contexts.methods(class.name) or {}
	for _, row in ipairs(class.methods) do
		add(class.name .. ":" .. row.name, methods[row.name], class.name)
	end
	random.objects[class.name] = {}
	if list.elsewhere[class.name] then
		return
	end
	classes[#classes + 1] = class.name
	made[class.name] = 0
end

local function discover()
	for _, library in ipairs(data) do
		local ok, functions = pcall(require, library.name)
		if ok and not list.deny[library.name] then
			for _, row in ipairs(library.functions) do
				add(library.name .. "." .. row.name, functions[row.name])
			end
			for _, class in ipairs(library.classes) do
				add_class(class)
			end
		end
	end
	for _, name in ipairs(list.lua) do
		local ok, functions = pcall(require, name)
		local names = {}
		for key in pairs(ok and functions or {}) do
			names[#names + 1] = key
		end
		table.sort(names)	-- the order of pairs() is not reproducible
		for _, key in ipairs(names) do
			add(name .. "." .. key, functions[key])
		end
	end
	random.names, random.fields = classes, list.fields
end

-- operators: any object gets them
local OPERATIONS = {
	function(o, k) return o[k] end,
	function(o, k, v) o[k] = v end,
	function(o) return #o end,
	function(o) return tostring(o) end,
	function(o, v) return o == v, o ~= v end,
	function(o, v) return o + v end,
	function(o, v) return o .. v end,
	function(o, v) return o < v end,
	function(o, ...) return o(...) end,
	function(o) return getmetatable(o), setmetatable(o, {}) end,
	function(o) local kept <close> = o return kept end,
	function(o) return pairs(o)(o) end,
}

local function refill(class, slot)
	local maker = list.make[class]
	local ok, object = pcall(maker or error, random, slot)
	if ok and object then
		random.objects[class][slot] = object
		made[class] = made[class] + 1
	end
end

local function arguments(target)
	local self = target.class and (random:range(0, 9) > 0 and
		random.objects[target.class][random:range(1, SLOTS)] or random:value())
	if target.arguments then
		return table.pack(target.arguments(random, self))
	end
	local args, n = {}, target.class and 1 or 0
	args[1] = self
	for _ = 1, random:range(0, 5) do
		n = n + 1
		args[n] = random:value()
	end
	args.n = n
	return args
end

local function describe(name, args)
	local out = {}
	for i = 1, args.n do
		local v = args[i]
		out[i] = type(v) == "string" and ("%q"):format(v:sub(1, 40)) or
			type(v) == "userdata" and tostring(v) or type(v) == "number" and tostring(v) or type(v)
	end
	return ("%d %s(%s)"):format(last, name, table.concat(out, ", "))
end

local function call(name, f, args)
	now = {name, args}
	if params.trace and last >= params.trace then
		print("fuzz: " .. describe(name, args))
	end
	if not pcall(f, table.unpack(args, 1, args.n)) then
		raised = raised + 1
	end
end

local function step()
	last = last + 1
	random:at(last)
	local kind = random:range(0, 15)
	if kind == 0 and #classes > 0 then
		local class, slot = random:pick(classes), random:range(1, SLOTS)
		now = {"make " .. class, {n = 0}}
		refill(class, slot)
	elseif kind == 1 then
		call("operation", random:pick(OPERATIONS), {random:object(), random:value(), random:value(), n = 3})
	else
		local target = random:pick(targets)
		call(target.name, target.f, arguments(target))
	end
	if last % 64 == 0 then
		collectgarbage("step")
	end
end

local function steps(upto)
	while last < upto do
		step()
	end
end

local function summary()
	local out = {}
	for _, class in ipairs(classes) do
		out[#out + 1] = class .. " " .. made[class]
	end
	random:at(0)
	return ("fuzz: seed %d, %d calls, %d raised, %d entries ended, digest %016x\nfuzz: objects: %s\n"):format(
		params.seed, last, raised, ended, random.digest, table.concat(out, ", "))
end

local function batch()
	local first = last - last % BATCH
	local upto = math.min(first + BATCH, params.calls)
	steps(math.min(first + BATCH - INSIDE, upto))
	local how = first // BATCH % 2 == 0 and "softirq" or "hardirq"
	while last < upto do	-- what a limit ends goes on in another event
		local result = fire(function() steps(upto) end, how)
		if result.err ~= 0 then
			ended = ended + 1
		end
	end
end

local function nop() end

discover()
for _, class in ipairs(classes) do
	random:at(0)
	for slot = 1, SLOTS do
		refill(class, slot)
	end
end
random.digest = 0

local finished = false
device.new({name = "fuzz", open = nop, release = nop, read = function()
	if last < params.calls then
		batch()
		return ("%d\n"):format(last)
	end
	if finished then
		return nil
	end
	finished = true
	return summary()
end})

device.new({name = "fuzz-now", open = nop, release = nop, read = function(_, _, off)
	return off == 0 and (type(now) == "table" and describe(now[1], now[2]) or now) .. "\n" or nil
end})
