-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- shared: a store of keys and values in the kernel's memory, at TCP port 90 of
-- 127.0.0.1, for any number of clients at once
--
--   $ sudo lunatik spawn examples/shared
--   $ nc 127.0.0.1 90
--   foo=bar                      stores
--   foo                          asks
--   bar
--   foo=                         deletes
--   ^C
--   $ sudo lunatik stop examples/shared
--
-- shared/session.lua is what each connection runs. All of them have the same table.

local crew = require("examples/crew")
local rcu = require("rcu")

local BUCKETS <const> = 16384
local MEMORY <const> = 256 * 1024 * 1024 -- for what the client of a session stores

local server = crew.listen(90)

return function()
	print("starting shared...")
	crew.serve(server, {script = "examples/shared/session", name = "shared/", memory = MEMORY,
		rcu.table(BUCKETS)})
	print("stopping shared...")
end
