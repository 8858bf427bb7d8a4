-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- tls: which server a client asks for (the server name indication in its ClientHello,
-- RFC 8446 and 6066), also when the hello comes in many segments. Nothing is believed:
-- every length is compared with what is there.

--- The server name in a TLS ClientHello.
-- @module tls

local linux = require("linux")

local tls = {}

local RECORD <const> = 5 -- bytes before a record
local HANDSHAKE <const> = 22
local CLIENT_HELLO <const> = 1
local SERVER_NAME <const> = 0
local RECORD_MAX <const> = 16384 + 256

local more <const> = "more"

-- What is in the records at the beginning of `bytes`, put together, up to what a
-- hello needs; or nil when these are no records of a handshake. Second result: whether
-- more of it could come.
local function unwrap(bytes)
	local parts, at, size, head = {}, 1, 0, ""
	while at + RECORD <= #bytes + 1 do
		local kind, major, length = bytes:byte(at), bytes:byte(at + 1), string.unpack(">I2", bytes, at + 3)
		if kind ~= HANDSHAKE or major ~= 3 or length == 0 or length > RECORD_MAX then
			return nil
		end
		local part = bytes:sub(at + RECORD, at + RECORD + length - 1)
		parts[#parts + 1] = part
		size = size + #part
		at = at + RECORD + length
		if #part < length then
			break
		end
		if #head < 4 then
			head = head .. part:sub(1, 4)
		end
		if size >= 4 and size >= 4 + string.unpack(">I3", head, 2) then
			return table.concat(parts), false
		end
	end
	if #parts == 0 and #bytes > 0 and bytes:byte(1) ~= HANDSHAKE then
		return nil
	end
	return table.concat(parts), true
end

-- A cursor over a string: each function returns nil once something was not there.
local function vector(text, at, format)
	local head = string.packsize(format)
	if not at or at + head > #text + 1 then
		return nil
	end
	local size = string.unpack(format, text, at)
	local from = at + head
	if from + size > #text + 1 then
		return nil
	end
	return from, from + size -- where it begins, and what comes after it
end

local function name_in(text, from, to)
	local first = from + 2 <= to and from + 2
	while first and first + 3 <= to do
		local kind = text:byte(first)
		local begin, after = vector(text, first + 1, ">I2")
		if not begin or after > to then
			return nil
		end
		if kind == 0 then
			return text:sub(begin, after - 1):lower()
		end
		first = after
	end
	return nil
end

local function find_extension(text, from, to)
	while from + 4 <= to do
		local kind = string.unpack(">I2", text, from)
		local begin, after = vector(text, from + 2, ">I2")
		if not begin or after > to then
			return nil
		end
		if kind == SERVER_NAME then
			return name_in(text, begin, after)
		end
		from = after
	end
	return nil
end

-- `text` is a handshake message, all of it
local function server_name(text)
	if text:byte(1) ~= CLIENT_HELLO then
		return nil
	end
	local _, at = vector(text, 4 + 2 + 32 + 1, ">I1") -- session
	_, at = vector(text, at, ">I2") -- ciphers
	_, at = vector(text, at, ">I1") -- compression
	local from, to = vector(text, at, ">I2")
	return from and find_extension(text, from, to)
end

--- Reads the beginning of what a client sends.
-- @function hello
-- @tparam string bytes all that it has sent so far
-- @treturn string|boolean the name that it asks for, in lower case; `"more"` (and true)
--   when that cannot be said yet; false when it asks for none, or this is no TLS
-- @treturn boolean true: the first result says that more is needed
-- @usage local name, incomplete = tls.hello(bytes)
function tls.hello(bytes)
	local text, incomplete = unwrap(bytes)
	if not text or #text > 0 and text:byte(1) ~= CLIENT_HELLO then
		return false, false
	end
	if incomplete then
		return more, true
	end
	return server_name(text) or false, false
end

local tracker = {}
tracker.__index = tracker

--- Follows the beginnings of connections.
--
-- Of each, what the client has sent is kept until its hello is complete: no more than
-- `bytes` for one, no more than `flows` connections twice, and no longer than `seconds`
-- twice. A connection that would need more is let go.
--
-- @function tracker
-- @tparam[opt] table limits with fields `flows` (512), `bytes` (16,384), `seconds` (10)
-- @treturn tracker
-- @usage local connections = tls.tracker()
function tls.tracker(limits)
	limits = limits or {}
	return setmetatable({
		limit = limits.flows or 512,
		bytes = limits.bytes or 16384,
		age = (limits.seconds or 10) * 1000000000,
		young = {}, old = {}, count = 0, since = linux.time(),
	}, tracker)
end

-- Two tables take turns: what was not used for one turn goes with the older one.
function tracker:turn()
	local now = linux.time()
	if self.count >= self.limit or now - self.since >= self.age then
		self.old, self.young, self.count, self.since = self.young, {}, 0, now
	end
end

function tracker:get(key)
	return self.young[key] or self.old[key]
end

function tracker:put(key, flow)
	if not self.young[key] then
		self:turn()
		self.count = self.count + 1
	end
	self.young[key] = flow
end

function tracker:drop(key)
	self.young[key], self.old[key] = nil, nil
end

-- What is new in a segment, when it goes on where the flow is; nil for a gap, or for
-- one that says now something else than it did.
local function news(flow, seq, payload)
	local have = flow.bytes
	local skip = flow.start + #have - seq & 0xffffffff -- bytes that are not new
	if skip >= 0x80000000 then
		return nil -- there is a hole before it
	end
	local from = #have - skip
	if from < 0 then -- the receiver throws away what is before the first byte
		payload, from, skip = payload:sub(1 - from), 0, #have
	end
	local again = math.min(skip, #payload)
	if have:sub(from + 1, from + again) ~= payload:sub(1, again) then
		return nil
	end
	return payload:sub(again + 1)
end

--- Shows a segment of a connection to the tracker: those that the client sends, in the
-- order in which they come by.
--
-- @function tracker:segment
-- @tparam string key what tells this connection from others
-- @tparam integer seq the sequence number of the segment
-- @tparam boolean syn whether it begins the connection
-- @tparam string payload what it carries
-- @treturn string what to do: "pass"; "wait" (pass it: more must come before there is
--   a name); "gap" (drop it: it will come again, in order); "name"
-- @treturn ?string for "name": the name, which is told once
-- @usage local what, name = connections:segment(key, seq, syn, payload)
function tracker:segment(key, seq, syn, payload)
	local flow = self:get(key)
	if syn then
		flow = {start = seq + 1 & 0xffffffff, bytes = ""}
		seq = flow.start
		self:put(key, flow)
	elseif not flow then
		if payload:byte(1) ~= HANDSHAKE then
			return "pass"
		end
		flow = {start = seq, bytes = ""}
		self:put(key, flow)
	end
	if payload == "" then
		return "pass"
	end
	local new = news(flow, seq, payload)
	if not new then
		return "gap"
	end
	flow.bytes = flow.bytes .. new:sub(1, self.bytes + 1 - #flow.bytes)
	local name, incomplete = tls.hello(flow.bytes)
	if incomplete and #flow.bytes <= self.bytes then
		self:put(key, flow)
		return "wait"
	end
	self:drop(key)
	if name and not incomplete then
		return "name", name
	end
	return "pass"
end

return tls
