-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- In a runtime that never sleeps: reads and writes the table in lunatik._ENV.

local lunatik = require("lunatik")
local rcu = require("rcu")
local test = require("test")

local t = lunatik._ENV.rcu_test

test.softirq(function()
	t.made = rcu.table(1)
	t.made.x = true
	t.never = t.question
end, 20)
