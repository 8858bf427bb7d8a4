-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- keylocker: a secret sequence of keys locks the keyboard of the consoles, and
-- unlocks it
--
--   $ sudo lunatik run examples/keylocker
--   <up> <up> <down> <down> <left> <right> <left> <right> <left ctrl> <left alt>
--   $ sudo lunatik stop examples/keylocker
--
-- While it is locked no key reaches anybody: not the console, not its programs.
-- `lunatik stop`, from elsewhere, unlocks it as well.

local notifier = require("notifier")

local kbd, notify = notifier.kbd, notifier.notify

-- the numbers of the keys, as linux/input-event-codes.h has them
local UP <const>, DOWN <const>, LEFT <const>, RIGHT <const> = 103, 108, 105, 106
local LEFTCTRL <const>, LEFTALT <const> = 29, 56

local sequence = {UP, UP, DOWN, DOWN, LEFT, RIGHT, LEFT, RIGHT, LEFTCTRL, LEFTALT}

local keyboard
local locked = false
local last = {} -- the keys that were let go last, as many as the sequence has

local function complete()
	for i, key in ipairs(sequence) do
		if last[i] ~= key then
			return false
		end
	end
	return true
end

local function released(key)
	if #last == #sequence then
		table.remove(last, 1)
	end
	last[#last + 1] = key
	if complete() then
		locked = not locked
		last = {}
		keyboard:busy(locked and notify.STOP or notify.OK)
	end
end

-- The kernel tells of each key several times, of its number first. Keys are counted
-- when they go up, so that the sequence is over when it takes effect.
keyboard = notifier.keyboard(function(event, down, _, key)
	if event == kbd.KEYCODE and not down then
		released(key)
	end
	return locked and notify.STOP or notify.OK
end)
