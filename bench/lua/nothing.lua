-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A C handler that touches nothing, entered many times.
require("bench.volley")(nil)
