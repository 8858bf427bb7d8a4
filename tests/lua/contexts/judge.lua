-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- judge(library, context): calls every function and method that
-- docs/gen/contexts.py found in a library, with a table where no function wants
-- one, in the context that this is called in. Returns the number of calls and a
-- list of what does not agree with docs/contexts.md. What is allowed may fail,
-- with any message but a refusal.

local contexts = require("contexts")

local REFUSALS = {
	"may sleep, which is impossible in this context",
	"class on non-sleepable runtime",
	"cannot use sleepable runtime in this context",
	"cannot use non-sleepable runtime in this context",
}

local function refusal(message)
	message = tostring(message)
	for _, text in ipairs(REFUSALS) do
		if message:find(text, 1, true) then
			return message
		end
	end
	return nil
end

local function agrees(got, want)
	return got == want or (got and want and got:sub(-#want) == want)
end

local function sleepable(context)
	return context == "process" or context == "atomic"
end

local Judge = {}
Judge.__index = Judge

function Judge:note(what, got, want)
	self.count = self.count + 1
	if not agrees(got, want) then
		self.wrong[#self.wrong + 1] = ("%s: got %s, want %s"):format(what, got, want):gsub("\n.*", " ...")
	end
end

-- one function: is it there, and is it refused?
function Judge:call(what, f, row)
	if row.sleepable and not sleepable(self.context) then
		self:note(what .. " is there", tostring(f ~= nil), "false")
		return
	end
	if not f then
		self:note(what, "nothing", "a function")
		return
	end
	local ok, message = pcall(f, {})
	self:note(what, not ok and refusal(message) or nil, row.expect[self.context])
end

function Judge:class(class)
	local methods = contexts.methods(class.name)
	if class.expect[self.context] then	-- no objects, so no methods to be had
		return
	end
	self:note(class.name .. " is open", tostring(methods ~= nil), "true")
	for _, row in ipairs(methods and class.methods or {}) do
		self:call(class.name .. ":" .. row.name, methods[row.name], row)
	end
end

-- the three kinds of class, each made here
function Judge:kinds()
	local no = {
		sleepable = "cannot use 'contexts.sleepable' class on non-sleepable runtime",
		atomic = "cannot use sleepable runtime in this context",
	}
	local can = sleepable(self.context)
	for _, kind in ipairs({"any", "sleepable", "atomic"}) do
		local ok, message = pcall(contexts[kind])
		local barred = kind == (can and "atomic" or "sleepable")
		self:note("new " .. kind, not ok and refusal(message) or nil, barred and no[kind] or nil)
	end
end

return function(library, context)
	local self = setmetatable({context = context, count = 0, wrong = {}}, Judge)
	if not library then
		self:kinds()
		return self.count, self.wrong
	end
	local ok, opened = pcall(require, library.name)
	self:note("require " .. library.name, not ok and refusal(opened) or nil, library.expect[context])
	if library.expect[context] then
		return self.count, self.wrong
	end
	if not ok then
		self:note("require " .. library.name, opened, "a library")
		return self.count, self.wrong
	end
	for _, row in ipairs(library.functions) do
		self:call(library.name .. "." .. row.name, opened[row.name], row)
	end
	for _, class in ipairs(library.classes) do
		self:class(class)
	end
	return self.count, self.wrong
end
