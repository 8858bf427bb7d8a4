-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- /dev/t-watch: notifiers to play with. Reading gives a line for each event since the
-- last time; each line written is a command:
--
--	hook KIND [NETNS]	makes a notifier; all others are there still
--	stop|delete|close WAY	removes the newest; WAY is method or library
--	answer EVENT WHAT	what its function does then: a name of notifier.notify, a
--				number, or raise, string, table, stopself, stopother, print,
--				hook, sleep, endless
--	only EVENT...		no line for any other; without events: for all
--	say WORDS		prints them
--	spin MS			keeps the runtime
--	try CHUNK		the line is what it returns, or its error

local device = require("device")
local linux = require("linux")
local notifier = require("notifier")

local lines, answers, only, hooks = {}, {}, nil, {}
local CAPACITY = 20000

local function line(...)
	if #lines < CAPACITY then
		lines[#lines + 1] = table.concat({...}, " ")
	end
end

local function names(constants)
	local named = {}
	for name, value in pairs(constants or {}) do
		named[value] = name
	end
	return named
end

local events = {
	keyboard = names(notifier.kbd), vterm = names(notifier.vt), netdevice = names(notifier.netdev),
}

local acts = {}

function acts.raise() error("deliberate %n%s") end
function acts.string() return "no number %n%s" end
function acts.table() return {} end
function acts.print() print("watch: an event %n%s") end
function acts.endless() while true do end end

local function attempt(...)
	local ok, message = pcall(...)
	line("tried", ok and "done" or tostring(message))
end

function acts.stopself(self) attempt(self.stop, self) attempt(notifier.delete, self) end
function acts.stopother() attempt(hooks[1].stop, hooks[1]) end
function acts.hook() attempt(notifier.netdevice, print) end
function acts.sleep() attempt(linux.schedule, 1) end

local function react(event, self)
	local what = answers[event]
	if not what then
		return nil
	end
	local act = acts[what]
	if act then
		return act(self)
	end
	return notifier.notify[what] or tonumber(what)
end

local show = {}

function show.keyboard(down, shift, key)
	return down and "down" or "up", shift and "shift" or "-", key
end

function show.vterm(c, console)
	return c >= 33 and c < 127 and string.char(c) or c, console
end

function show.netdevice(name)
	return name
end

local commands = {}

function commands.hook(kind, netns)
	local self
	self = notifier[kind](function(number, ...)
		local event = events[kind][number] or "event " .. number
		if not only or only[event] then
			line(event, show[kind](...))
		end
		return react(event, self)
	end, netns and (tonumber(netns) or netns))
	hooks[#hooks + 1] = self
end

local function remove(name, way)
	local self = table.remove(hooks)
	if way == "library" then
		notifier[name](self)
	else
		self[name](self)
	end
end

function commands.stop(way) remove("stop", way) end
function commands.delete(way) remove("delete", way) end

function commands.answer(event, what)
	answers[event] = what
end

function commands.only(...)
	only = select("#", ...) > 0 and {} or nil
	for _, event in ipairs({...}) do
		only[event] = true
	end
end

function commands.say(...)
	print("watch:", ...)
end

function commands.busy(result)
	hooks[#hooks]:busy(notifier.notify[result])
end

function commands.spin(ms)
	local till = linux.time() + tonumber(ms) * 1000000
	while linux.time() < till do end
end

local function split(text)
	local words = {}
	for word in text:gmatch("%S+") do
		words[#words + 1] = word
	end
	return table.unpack(words)
end

local function command(name, ...)
	commands[name](...)
end

local driver = {name = "t-watch", open = function() end, release = function() end}

function driver:write(text)
	for each in text:gmatch("[^\n]+") do
		local chunk = each:match("^try (.*)")
		if chunk then
			line(select(2, pcall(load(chunk, "=try", "t", {
				n = notifier, hooks = hooks, tostring = tostring, pcall = pcall, print = print,
				require = require, collectgarbage = collectgarbage, string = string, select = select,
			}))))
		else
			command(split(each))
		end
	end
end

local rest = ""

function driver:read(len)
	if rest == "" and #lines > 0 then
		rest = table.concat(lines, "\n") .. "\n"
		lines = {}
	end
	local text = rest:sub(1, len)
	rest = rest:sub(len + 1)
	return text
end

device.new(driver)
