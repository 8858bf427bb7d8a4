-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- What data-fail does with too little memory: /dev/t-fail, where writing the name of
-- a step does it, and reading says "good" or what went wrong. A step may fail with
-- "not enough memory" and with nothing else.

local completion = require("completion")
local data = require("data")
local device = require("device")
local fifo = require("fifo")
local mailbox = require("mailbox")

local function nop() end

-- a message that must never get lost
local kept = fifo.new(16384)
kept:pushrecord(("m"):rep(10000))
local size = #kept

local buffer = data.new(10000)

local steps = {
	data = function()
		assert(data.new(5000):getbyte(4999) == 0)
	end,
	private = function()
		assert(data.new(100, "private"):getbyte(99) == 0)
	end,
	fifo = function()
		local q = fifo.new(4096)
		q:push("abc")
		assert(q:pop(3) == "abc")
	end,
	completion = function()
		local c = completion.new()
		c:complete()
		assert(c:wait(0))
	end,
	mailbox = function()
		local inbox = mailbox.inbox(512)
		mailbox.outbox(inbox.queue, inbox.event):send("abc")
		assert(inbox:receive(0) == "abc")
	end,
	string = function()
		assert(#buffer:getstring(0) == 10000)
	end,
	message = function()
		local text = kept:poprecord()
		assert(#text == 10000)
		kept:pushrecord(text)
	end,
}

local problem = "good"

device.new({
	name = "t-fail", open = nop, release = nop,
	write = function(_, name)
		local ok, message = pcall(steps[name])
		if not ok and not tostring(message):find("not enough memory", 1, true) then
			problem = name .. ": " .. tostring(message)
		end
		if #kept ~= size then
			problem = "a message is lost after " .. tostring(message)
		end
		collectgarbage("step")
		if not ok then
			error(message, 0)
		end
	end,
	read = function(_, _, off) return off == 0 and problem .. "\n" or "" end,
})
