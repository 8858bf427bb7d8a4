-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A thread's body: sends a datagram when the script of packethook.lua says that it
-- waits for one, and tells how it went. See packets.lua.

local linux = require("linux")
local inet = require("socket.inet")
local out = require("lunatik")._ENV["packets.out"]

return function()
	for _ = 1, 1000 do
		if out:getuint8(0) == 1 then
			break
		end
		linux.schedule(5)
	end
	local client <close> = inet.udp()
	local ok, err = pcall(client.send, client, "x", "127.0.0.1", 7777)
	out:setstring(16, tostring(ok or err) .. " ")
	out:setuint8(1, 1)
end
