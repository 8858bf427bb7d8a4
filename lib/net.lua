-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- net: addresses of the internet protocols as text and as the socket library has
-- them. Strings and integers only, so it works in any runtime and any context
-- (require it while the script is loaded).
--
-- Text must be exactly an address: nothing is guessed, nothing is cut off. What is
-- none raises an error that names it.

--- Addresses as text.
-- @module net

local net = {}

local function invalid(text, kind)
	error(("'%s' is not an %s address"):format(text, kind), 3)
end

local function checktext(name, text)
	if type(text) ~= "string" then
		error(("bad argument #1 to '%s' (string expected, got %s)"):format(name, type(text)), 3)
	end
end

-- 0 to 255 without leading zeros, which some would read as octal; or nil
local function octet(digits)
	local value = #digits <= 3 and tonumber(digits)
	return value and value <= 255 and (digits == "0" or digits:byte() ~= 48) and value or nil
end

-- the integer that four octets make; or nil
local function quad(text)
	local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
	if not a then
		return nil
	end
	a, b, c, d = octet(a), octet(b), octet(c), octet(d)
	return a and b and c and d and a << 24 | b << 16 | c << 8 | d
end

local function dotted(ip)
	return ("%d.%d.%d.%d"):format(ip >> 24 & 0xff, ip >> 16 & 0xff, ip >> 8 & 0xff, ip & 0xff)
end

--- Converts an IPv4 address to an integer. Any context.
-- @function aton
-- @tparam string addr four decimal numbers, as "127.0.0.1"
-- @treturn integer 0 to 0xffffffff
-- @raise `'...' is not an IPv4 address`
-- @usage net.aton("127.0.0.1") == 0x7f000001
function net.aton(addr)
	checktext("aton", addr)
	return quad(addr) or invalid(addr, "IPv4")
end

--- Converts an integer to an IPv4 address. Any context.
-- @function ntoa
-- @tparam integer ip 0 to 0xffffffff
-- @treturn string
-- @raise `'...' is not an IPv4 address`
-- @usage net.ntoa(0x7f000001) == "127.0.0.1"
function net.ntoa(ip)
	local value = math.tointeger(ip)
	if not value or value < 0 or value > 0xffffffff then
		invalid(tostring(ip), "IPv4")
	end
	return dotted(value)
end

-- ------------------------------------------------------------------------ IPv6

-- appends the 16-bit groups of "a:b:c" to list; "" has none. nil if it is not that
local function groups(text, list)
	if text == "" then
		return list
	end
	for word in (text .. ":"):gmatch("([^:]*):") do
		if not word:find("^%x%x?%x?%x?$") then
			return nil
		end
		list[#list + 1] = tonumber(word, 16)
	end
	return list
end

-- an IPv4 address at the end is two groups; nil if it is none
local function unmix(text)
	local head, tail = text:match("^(.*:)([%d.]*%.[%d.]*)$")
	if not head then
		return text
	end
	local ip = quad(tail)
	return ip and ("%s%x:%x"):format(head, ip >> 16, ip & 0xffff)
end

-- eight groups, or nil
local function parse(text)
	text = unmix(text)
	if not text then
		return nil
	end
	local head, tail = text:match("^(.-)::(.*)$")
	if not head then
		local list = groups(text, {})
		return list and #list == 8 and list
	end
	local left, right = groups(head, {}), groups(tail, {})
	if not left or not right or #left + #right > 7 then
		return nil
	end
	for _ = 1, 8 - #left - #right do
		left[#left + 1] = 0
	end
	return table.move(right, 1, #right, #left + 1, left)
end

-- the index of an interface, behind "%"; or nil
local function parsescope(digits)
	local scope = digits:find("^%d+$") and #digits <= 10 and tonumber(digits)
	return scope and scope > 0 and scope <= 0xffffffff and scope
end

--- Converts an IPv6 address to bytes, in any of its forms. Any context.
--
-- "%" and the index of an interface may follow, as link-local addresses need it.
-- @function aton6
-- @tparam string addr as "::1", "2001:db8::7", "::ffff:192.0.2.1", "fe80::1%2"
-- @treturn string 16 bytes; with an interface 20: its index, as an "=I4", follows
-- @raise `'...' is not an IPv6 address`
-- @usage sock:connect(net.aton6("::1"), 80)
function net.aton6(addr)
	checktext("aton6", addr)
	local text, digits = addr:match("^([^%%]*)%%?(.*)$")
	local scope = #text < #addr and (parsescope(digits) or invalid(addr, "IPv6"))
	local list = parse(text) or invalid(addr, "IPv6")
	local bytes = string.pack(">I2I2I2I2I2I2I2I2", table.unpack(list))
	return scope and bytes .. string.pack("=I4", scope) or bytes
end

-- where the longest run of two and more zeros begins, and how long it is
local function longest(list)
	local best, size = 9, 1
	local i = 1
	while i <= 8 do
		local j = i
		while j <= 8 and list[j] == 0 do
			j = j + 1
		end
		if j - i > size then
			best, size = i, j - i
		end
		i = math.max(j, i + 1)
	end
	return best, best < 9 and size or 0
end

local function hex(list, from, to)
	local words = {}
	for i = from, to do
		words[#words + 1] = ("%x"):format(list[i])
	end
	return table.concat(words, ":")
end

local function format(bytes)
	local list = {string.unpack(">I2I2I2I2I2I2I2I2", bytes)}
	if bytes:sub(1, 12) == ("\0"):rep(10) .. "\xff\xff" then
		return "::ffff:" .. dotted(list[7] << 16 | list[8])
	end
	local from, size = longest(list)
	if size == 0 then
		return hex(list, 1, 8)
	end
	return hex(list, 1, from - 1) .. "::" .. hex(list, from + size, 8)
end

--- Converts bytes to an IPv6 address, in the one form that RFC 5952 recommends.
-- Any context.
-- @function ntoa6
-- @tparam string bytes 16; or 20, as `aton6` makes them
-- @treturn string
-- @raise `16 or 20 bytes expected`
-- @usage net.ntoa6(("\0"):rep(15) .. "\1") == "::1"
function net.ntoa6(bytes)
	checktext("ntoa6", bytes)
	if #bytes ~= 16 and #bytes ~= 20 then
		error(("bad argument #1 to 'ntoa6' (16 or 20 bytes expected, got %d)"):format(#bytes), 2)
	end
	local scope = #bytes == 20 and string.unpack("=I4", bytes, 17) or 0
	return format(bytes) .. (scope ~= 0 and "%" .. scope or "")
end

return net
