-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Makes sockets until the runtime's memory is used up, and says how many.

local socket = require("socket")

local all = {}
local ok, why
repeat
	ok, why = pcall(socket.new, socket.af.INET, socket.sock.STREAM, 0)
	all[#all + 1] = ok and why
until not ok or #all > 5000
error(#all .. " " .. tostring(why), 0)
