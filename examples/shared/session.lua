-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- shared's session: one client and its lines. ../shared.lua starts it.
--
--	key=value	stores; a value has at most 1,024 bytes, none of them a newline
--	key=		deletes
--	key		is answered with the value, padded with NULs to 1,024 bytes, and a
--			newline; with a newline alone if there is none
--
-- A key has 1 to 255 letters, digits, '_', '-', '.' and ':'. Any other line ends the
-- session, and so does one value more than a session may store.

local crew = require("examples/crew")
local data = require("data")

local SLOT <const> = 1024
local KEY <const> = 255
local LINE <const> = KEY + 1 + SLOT
local CHUNK <const> = 16 * 1024
local ANSWERS <const> = 64 -- that are gathered, for one packet
local SLOTS <const> = 120000 -- that a session may add: they count against its memory

local padded = "c" .. SLOT

-- Gives one line after the other, as soon as it is whole, and nil at the end of the
-- stream. before() is called whenever the client must be waited for.
local function lines(session, before)
	local pending, from = "", 1
	return function()
		local stop = pending:find("\n", from, true)
		while not stop do
			pending, from = pending:sub(from), 1
			if #pending > LINE then
				return nil
			end
			before()
			local more = session:receive(CHUNK)
			if more == "" then
				return nil
			end
			pending = pending .. more
			stop = pending:find("\n", 1, true)
		end
		local line = pending:sub(from, stop - 1)
		from = stop + 1
		return line
	end
end

local function store(slots, key, value)
	local slot = slots[key]
	local new = not slot
	if new then
		slot = data.new(SLOT)
	end
	slot:setstring(0, padded:pack(value))
	if new then -- others see it when it is complete
		slots[key] = slot
	end
	return new
end

local function talk(session, slots)
	local answers, room = {}, SLOTS

	local function flush()
		if #answers > 0 then
			crew.send(session, table.concat(answers))
			answers = {}
		end
	end

	local function ask(key)
		local slot = slots[key]
		answers[#answers + 1] = slot and slot:getstring(0) .. "\n" or "\n"
		if #answers == ANSWERS then
			flush()
		end
	end

	for line in lines(session, flush) do
		local key, assign, value = line:match("^([%w_.:-]+)(=?)(.*)$")
		if not key or #key > KEY or #value > SLOT or (assign == "" and value ~= "") then
			break
		elseif assign == "" then
			ask(key)
		elseif value == "" then
			slots[key] = nil
		elseif store(slots, key, value) then
			room = room - 1
			if room == 0 then
				break
			end
		end
	end
	flush()
end

return function(control, session, _, slots)
	return function()
		crew.work(control, session, talk, slots)
	end
end
