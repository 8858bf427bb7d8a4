-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- For a runtime that never sleeps: judges each library while it is loaded, and in
-- an event afterwards, and posts what came of it. tests/suites/vm/contexts.lua
-- reads that.

local contexts = require("contexts")
local test = require("test")
local judge = require("tests/contexts/judge")
local libraries = require("tests/contexts/data")

local function post(context, library)
	local count, wrong = judge(library, context)
	local name = library and library.name or "kinds"
	contexts.post(("%s %s %d %s"):format(context, name, count, table.concat(wrong, "; ")))
end

-- Where interrupts have no stack of their own (User-Mode Linux), there may be too little
-- of it left: then the next one does it.
local function both(library, ms)
	local posted = false
	post("load", library)
	for try = 0, 4 do
		test.softirq(function()
			if not posted then
				post("never", library)
				posted = true
			end
		end, ms + 700 * try)
	end
end

both(nil, 200)
for i, library in ipairs(libraries) do
	both(library, 200 + 10 * i)
end
