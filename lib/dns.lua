-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- dns: what a DNS message says, read where it lies: in a packet that a hook got, as
-- an object of class data (RFC 1035). Nothing is believed: every length is compared
-- with the size of the packet, and names that point around in circles end.

--- DNS messages in packets.
-- A message is given as the data that it is in and the offset at which it begins:
-- 8 in what `skb:data("transport")` returns for UDP. Any context.
-- @module dns

local dns = {}

local HEADER <const> = 12
local LABELS <const> = 128 -- in a name, pointers followed included
local NAME_MAX <const> = 253 -- characters of a name (RFC 1035: 255 bytes)
local STEPS <const> = 2048 -- labels of all answers of a message
local RECORDS <const> = 256 -- looked at in one message

--- Types of records.
-- @table type
dns.type = {A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, MX = 15, TXT = 16, AAAA = 28, SRV = 33, HTTPS = 65}

local function uint16(data, offset)
	return data:getuint8(offset) << 8 | data:getuint8(offset + 1)
end

--- The message's head.
-- @function header
-- @tparam data data
-- @tparam integer base where the message begins
-- @treturn[1] integer flags: the bit 0x8000 is set in answers
-- @treturn[1] integer how many questions
-- @treturn[1] integer how many answers
-- @treturn[2] nil when it is too short for a message
-- @usage local flags, questions, answers = dns.header(udp, 8)
function dns.header(data, base)
	if base < 0 or base > #data - HEADER then
		return nil
	end
	return uint16(data, base + 2), uint16(data, base + 4), uint16(data, base + 6)
end

-- One step: a label, or where a pointer leads, or the end. Returns the kind, where it
-- goes on, and the label's length.
local function step(data, base, at)
	local size = at >= 0 and at < #data and data:getuint8(at)
	if not size then
		return "bad"
	elseif size == 0 then
		return "end", at + 1
	elseif size < 64 and at + 1 + size <= #data then
		return "label", at + 1 + size, size
	elseif size >= 192 and at + 2 <= #data then
		return "pointer", base + (uint16(data, at) & 0x3fff)
	end
	return "bad"
end

--- A name, in lower case, with dots, without one at its end.
-- @function name
-- @tparam data data
-- @tparam integer base where the message begins
-- @tparam integer at where the name begins
-- @treturn[1] string
-- @treturn[1] integer what comes after it
-- @treturn[2] nil when it is no name
-- @usage local name, next = dns.name(udp, 8, 20)
function dns.name(data, base, at)
	local labels, after, length = {}, nil, -1
	for steps = 1, LABELS do
		local kind, next, size = step(data, base, at)
		if kind == "label" then
			length = length + 1 + size
			if length > NAME_MAX then
				return nil
			end
			labels[#labels + 1] = data:getstring(at + 1, size):lower()
		elseif kind == "end" then
			return table.concat(labels, "."), after or next, steps
		elseif kind == "pointer" then
			after = after or at + 2
		else
			return nil
		end
		at = next
	end
	return nil
end

--- The first question of a message.
-- @function question
-- @tparam data data
-- @tparam integer base where the message begins
-- @treturn[1] string name
-- @treturn[1] integer type, see `dns.type`
-- @treturn[1] integer class, 1 for the internet
-- @treturn[1] integer what comes after it
-- @treturn[2] nil when there is none
-- @usage local name, kind = dns.question(udp, 8)
function dns.question(data, base)
	local _, questions = dns.header(data, base)
	if not questions or questions == 0 then
		return nil
	end
	local name, at = dns.name(data, base, base + HEADER)
	if not name or at + 4 > #data then
		return nil
	end
	return name, uint16(data, at), uint16(data, at + 2), at + 4
end

-- behind a name, wherever its pointer leads
local function skip_name(data, base, at)
	for _ = 1, LABELS do
		local kind, next = step(data, base, at)
		if kind == "end" then
			return next
		elseif kind == "pointer" then
			return at + 2
		elseif kind == "bad" then
			return nil
		end
		at = next
	end
	return nil
end

-- behind all questions, of which the first must have a name
local function skip_questions(data, base, questions)
	local at = base + HEADER
	if questions > 0 and not dns.name(data, base, at) then
		return nil
	end
	for _ = 1, math.min(questions, RECORDS) do
		at = skip_name(data, base, at)
		if not at then
			return nil
		end
		at = at + 4
	end
	return at
end

--- Goes through the answers of a message. Ends early where one is not whole.
-- @function answers
-- @tparam data data
-- @tparam integer base where the message begins
-- @treturn function an iterator: name, type, class, offset and length of what it says
-- @usage for name, kind, class, at, length in dns.answers(udp, 8) do ... end
function dns.answers(data, base)
	local _, questions, left = dns.header(data, base)
	local at = questions and skip_questions(data, base, questions)
	left = at and math.min(left, RECORDS) or 0
	local steps = STEPS
	return function()
		if left == 0 then
			return nil
		end
		left = left - 1
		local name, next, taken = dns.name(data, base, at)
		steps = steps - (taken or 0)
		if not name or steps < 0 or next + 10 > #data then
			left = 0
			return nil
		end
		local length = uint16(data, next + 8)
		local from = next + 10
		if from + length > #data then
			left = 0
			return nil
		end
		at = from + length
		return name, uint16(data, next), uint16(data, next + 2), from, length
	end
end

return dns
