-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Two bodies that stop each other's thread, once both have begun.

local lunatik, thread, rcu, completion = require("lunatik"), require("thread"), require("rcu"), require("completion")
local a, b, threads = lunatik.runtime("tests/stops/other"), lunatik.runtime("tests/stops/other"), rcu.table()
local begun, go, over = completion.new(), completion.new(), completion.new()
a:resume(threads, "b", begun, go, over)
b:resume(threads, "a", begun, go, over)
threads.a, threads.b = thread.run(a, "a"), thread.run(b, "b")
assert(begun:wait(10000) and begun:wait(10000), "they do not begin")
go:complete()
go:complete()
assert(over:wait(10000) and over:wait(10000), "they wait for each other")
