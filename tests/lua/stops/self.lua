-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A body stops its own thread from inside another runtime.

local lunatik, thread, completion = require("lunatik"), require("thread"), require("completion")
local inner, outer = lunatik.runtime("tests/stops/stopper"), lunatik.runtime("tests/stops/caller")
local done, go = completion.new(), completion.new()
outer:resume(inner, go)
inner:resume(thread.run(outer, "self"), done)
go:complete()
assert(done:wait(10000), "it waits for itself")
