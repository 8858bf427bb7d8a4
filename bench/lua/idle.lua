-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script that is there, with one function, and does nothing.
return function() end
