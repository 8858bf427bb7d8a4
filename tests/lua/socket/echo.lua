-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A thread that echoes what comes on TCP port 1400, one client after the other.

local inet = require("socket.inet")
local thread = require("thread")

return function()
	local server <close> = inet.tcp()
	server:bind(inet.localhost, 1400)
	server:listen()
	while not thread.shouldstop() do
		local ok, session = pcall(server.accept, server)
		local bytes = ok and session:receive(65536)
		while bytes and #bytes > 0 do
			session:send(bytes)
			bytes = session:receive(65536)
		end
		if ok then
			session:close()
		end
	end
end
