-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A runtime that never sleeps has the constants, and no sockets.

local socket = require("socket")

assert(socket.ipproto.TCP == 6)
local ok, message = pcall(socket.new, socket.af.INET, socket.sock.STREAM, 0)
assert(not ok)
error(message, 0)
