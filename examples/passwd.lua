-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- passwd: /dev/passwd makes up passwords
--
--   $ sudo lunatik run passwd
--   $ head -c 12 /dev/passwd
--   $ sudo lunatik stop passwd

local device = require("device")
local linux = require("linux")

local function nop() end -- opening and closing need nothing

local driver = {name = "passwd", open = nop, release = nop, mode = linux.stat.IRUGO}

-- one printable character a read(2); whoever wants more reads again
function driver:read()
	return string.char(linux.random(32, 126))
end

device.new(driver)
