-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Probes of all kinds on what is busy, none of them kept.

local probe = require("probe")

local calls = 0

local function count() calls = calls + 1 end

probe.new("__x64_sys_getppid", {pre = count, post = count, ret = count})
probe.tracepoint("sys_enter", count, 2)
