-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Waits, in a runtime of its own, in the socket that another one has left in
-- lunatik._ENV, and says there how that ended.

local env = require("lunatik")._ENV

return function()
	local ok, err = pcall(env.socket.receive, env.socket, 10)
	env.ended = tostring(ok) .. " " .. tostring(err)
end
