-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A script that is content to be there.
return function() end
