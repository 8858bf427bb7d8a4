-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A body resumes a runtime in which something goes round for ever.

local lunatik, thread, completion = require("lunatik"), require("thread"), require("completion")
local runtime, running = lunatik.runtime("tests/stops/spinner"), completion.new()
runtime:resume(running)
thread.run(runtime, "spinner")
running:wait(10000)
return function() runtime:resume() end
