-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script that does next to nothing, as a hook's may.
local n = 0
return function() n = n + 1 end
