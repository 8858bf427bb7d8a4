-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Has itself entered many times, a little after it was loaded. Called from the
-- names below it, which say what is entered: a runtime has no arguments.

local bench = require("bench")

return function(fn)
	bench.volley(fn, 20000, 100)
end
