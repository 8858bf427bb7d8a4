-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- tap: /dev/tap shows the frames that this machine sends and receives
--
--   $ sudo lunatik run examples/tap
--   $ sudo cat /dev/tap
--   000000000000	000000000000	0800	98
--   ^C
--   $ sudo lunatik stop examples/tap
--
-- A line a frame: destination, source, EtherType, length; separated by tabs. Each
-- open file has a socket of its own, so all readers see all frames that come while
-- they have it open.

local device = require("device")
local linux = require("linux")
local socket = require("socket")

local af, sock = socket.af, socket.sock

local ETH_P_ALL <const> = 0x0003
local HEADER <const> = 14 -- destination, source, type
local FRAME <const> = HEADER + 64 * 1024 -- the loopback interface has the largest

local driver = {name = "tap"}

function driver:open()
	return {socket = socket.new(af.PACKET, sock.RAW, linux.hton16(ETH_P_ALL)), rest = ""}
end

function driver:release(file)
	file.socket:close()
end

-- Waits for a frame. Some interfaces have frames without such a header; what is
-- too short for one is passed over. Nothing when a signal interrupts.
local function receive(file)
	local frame
	repeat
		local ok, result = pcall(file.socket.receive, file.socket, FRAME)
		if not ok and result == linux.errno.INTR then
			return nil
		end
		frame = ok and result or error(result, 0)
	until #frame >= HEADER
	return frame
end

local function describe(frame)
	local destination, source, ethertype = string.unpack(">I6I6I2", frame)
	return ("%012x\t%012x\t%04x\t%d\n"):format(destination, source, ethertype, #frame)
end

-- One line, or the rest of one that was too long for the reader's buffer.
function driver:read(len, _, file)
	if file.rest == "" then
		local frame = receive(file)
		file.rest = file.rest .. (frame and describe(frame) or "") -- another thread may have read, too
	end
	local text = file.rest:sub(1, len)
	file.rest = file.rest:sub(len + 1)
	return text
end

device.new(driver)
