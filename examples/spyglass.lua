-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- spyglass: /dev/spyglass shows what is typed on the keyboard of the consoles
--
--   $ sudo lunatik run examples/spyglass
--   $ sudo tail -f /dev/spyglass
--   hello<cr>^C
--   $ sudo sh -c "echo 'enable=false' > /dev/spyglass"         # stop listening
--   $ sudo sh -c "echo 'enable=true' > /dev/spyglass"          # listen again
--   $ sudo sh -c "echo 'net=127.0.0.1:1337' > /dev/spyglass"   # send it away ...
--   $ sudo cat /dev/spyglass                                   # ... now
--   $ sudo lunatik stop examples/spyglass
--
-- What was read is forgotten. Once there is an address, reading sends what was typed
-- to it, in datagrams, and reads nothing; `net=` without one undoes that. Several
-- settings can be written at once, separated by blanks or commas.
--
-- One runtime has all three: the notifier, whose function runs in interrupts, the
-- device, whose functions run in whatever process reads and writes, and the socket.

local device = require("device")
local inet = require("socket.inet")
local net = require("net")
local notifier = require("notifier")

local kbd = notifier.kbd

local CAPACITY <const> = 16384 -- keys; what is typed while so many wait is lost
local DATAGRAM <const> = 1024 -- bytes

-- what a keysym is (its high byte, less 0xf0), as linux/keyboard.h has it
local LATIN <const>, SPEC <const>, PAD <const>, LETTER <const> = 0, 2, 3, 11

local ENTER <const> = 1 -- the keysym of type SPEC
local PADKEYS <const> = "0123456789+-*/\r,."

local DEL <const> = 127

local mnemonics = {
	[0] = "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel",
	"bs", "ht", "lf", "vt", "ff", "cr", "so", "si",
	"dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb",
	"can", "em", "sub", "esc", "fs", "gs", "rs", "us",
	[DEL] = "del",
}

local keys = {} -- what was typed and nobody has read

-- the code of the character that a keysym stands for; nil: none, as for a cursor key
local function code(keysym)
	local type, value = (keysym >> 8) - 0xf0, keysym & 0xff
	if type == LATIN or type == LETTER then
		return value
	end
	if type == PAD then
		return PADKEYS:byte(value + 1)
	end
	return type == SPEC and value == ENTER and 13 or nil
end

local function typed(character)
	if character and #keys < CAPACITY then
		local mnemonic = mnemonics[character]
		keys[#keys + 1] = mnemonic and "<" .. mnemonic .. ">" or utf8.char(character)
	end
end

local function listen()
	return notifier.keyboard(function(event, down, _, key)
		if down and event == kbd.KEYSYM then
			typed(code(key))
		elseif down and event == kbd.UNICODE then
			typed(key)
		end
	end)
end

-- ------------------------------------------------------------------ settings

local keyboard -- nil: disabled
local receiver -- where it goes, as {ip, port}; nil: nowhere

local set = {}

function set.enable(value)
	if value ~= "true" and value ~= "false" then
		error("spyglass: enable is true or false, not '" .. value .. "'", 0)
	end
	if value == "true" and not keyboard then
		keyboard = listen()
	elseif value == "false" and keyboard then
		keyboard:delete()
		keyboard = nil
	end
end

local function checkaddress(value)
	local ip, port = value:match("^([%d.]+):(%d+)$")
	port = port and #port <= 5 and tonumber(port)
	if not port or port < 1 or port > 65535 or not pcall(net.aton, ip) then
		error("spyglass: net is an IPv4 address and a port, not '" .. value .. "'", 0)
	end
	return {ip, port}
end

function set.net(value)
	receiver = value ~= "" and checkaddress(value) or nil
end

-- -------------------------------------------------------------------- device

local function nop() end -- opening and closing need nothing

local driver = {name = "spyglass", open = nop, release = nop}
local udp = inet.udp()

local function flush()
	local text = table.concat(keys)
	keys = {}
	return text
end

-- Sending may wait, and who types meanwhile adds to `keys`: these come later.
local function send(text)
	local ip, port = receiver[1], receiver[2]
	for i = 1, #text, DATAGRAM do
		local ok, errno = pcall(udp.send, udp, text:sub(i, i + DATAGRAM - 1), ip, port)
		if not ok then
			print(("spyglass: cannot send to %s:%d, errno %s"):format(ip, port, errno))
			table.insert(keys, 1, text:sub(i))
			return
		end
	end
end

function driver:read(len)
	local text = flush()
	if receiver then
		send(text)
		return nil
	end
	if #text > len then
		table.insert(keys, 1, text:sub(len + 1))
	end
	return text:sub(1, len)
end

function driver:write(text)
	for key, value in text:gmatch("([^%s,=]+)=([^%s,]*)") do
		if not set[key] then
			error("spyglass: '" .. key .. "' is no setting", 0)
		end
		set[key](value)
		print("spyglass: " .. key .. " is " .. (value == "" and "off" or value))
	end
end

keyboard = listen()
device.new(driver)
print("spyglass: listening")
