-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A thread that waits for its turn in a runtime is stopped.

local lunatik, thread, completion = require("lunatik"), require("thread"), require("completion")
local runtime, running = lunatik.runtime("tests/stops/waiter"), completion.new()
runtime:resume(running)
local first = thread.run(runtime, "first")
assert(running:wait(10000))
assert(thread.run(runtime, "second"):stop())
assert(first:stop())
