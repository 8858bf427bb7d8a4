-- SPDX-License-Identifier: MIT OR GPL-2.0-only

-- /dev/lunatik: the kernel's end of the command `lunatik`.
--
-- This script runs in the driver runtime, which lunatik_run.ko starts; its
-- globals are what the prompt sees. Each open file is a session of its own
-- (what open returns is handed to the other callbacks), so that every client
-- gets its own answer, whole, in as many reads as it likes.
--
-- A write is one of two kinds. Plain: the bytes of one write(2) are a chunk;
-- the next read gives its first result or its error. Framed: a header
--
--	ESC verb [ argument ...] length LF
--
-- and `length` bytes of payload, over as many writes as it takes; the answer is
--
--	status length LF payload		status: ok | error | incomplete
--
-- Whatever may take long runs inside control.eval(), which lets other sessions
-- in meanwhile and ends when the client is interrupted. So a callback of one
-- session can run between any two instructions of such a call: sessions share
-- nothing but the globals of the chunks themselves.

local control = require("control")
local device  = require("device")
local linux   = require("linux")
local runner  = require("lunatik.runner")

-- luacheck: globals lunatik
lunatik = require("lunatik")
lunatik.runner = runner
runner.startup()

local ESCAPE <const> = "\27"
local HEADER_LIMIT <const> = 256
local LENGTH_DIGITS <const> = 12 -- no number of 12 digits overflows an integer
local PAYLOAD_LIMIT <const> = 8 * 1024 * 1024
local COMPLETIONS <const> = 256

-- Error values

local function describe(err)
	if type(err) == "string" then
		return err
	end
	local metatable = debug.getmetatable(err)
	if math.tointeger(err) or type(metatable) == "table" and metatable.__tostring then
		return tostring(err)
	end
	return string.format("(error object is a %s value)", type(err))
end

-- The frames below the chunk are this file's and tell a user nothing.
local function trace(err)
	local text = debug.traceback(describe(err), 2)
	local own = text:find("\n\t[^\n]*driver%.lua:%d+: in ")
	return own and text:sub(1, own - 1) or text
end

-- A doomed call (interrupted, out of time) ends without its message handler.
-- With `own`, f is of this file, and runs on memory that chunks cannot use up.
local function protect(f, handler, own)
	local ok, text = control.eval(f, handler, own)
	if type(text) ~= "string" then
		text = ok and "" or string.format("(error object is a %s value)", type(text))
	end
	return ok and "ok" or "error", text
end

-- Chunks

-- Turns the results of a chunk, from the second of `values` on, into text.
local function joined(values)
	local texts = {}
	for i = 2, values.n do
		texts[i - 1] = tostring(values[i])
	end
	return table.concat(texts, "\t")
end

-- Saves a copy of a chunk that may be megabytes long.
local function prefixed(prefix, chunk)
	local pieces = {chunk, prefix}
	return function ()
		return table.remove(pieces)
	end
end

local function unfinished(message)
	return message and message:find("<eof>$")
end

local function compile(chunk, name)
	local expression, wanted = load(prefixed("return ", chunk), name, "t")
	if expression then
		return expression
	end
	local statement, message = load(chunk, name, "t")
	if not statement and not unfinished(message) and unfinished(wanted) then
		message = wanted
	end
	return statement, message
end

local function plain(chunk)
	if chunk == "" then
		return "error", "empty request: nothing to run"
	end
	local f, message = load(chunk, "=stdin", "t")
	if not f then
		return "error", message
	end
	return protect(function ()
		local result = f()
		return result == nil and "" or tostring(result)
	end, describe)
end

-- Verbs of the framed protocol: verb(payload, argument ...) -> status, text

local verbs = {}

function verbs.eval(chunk, option)
	if chunk == "" then
		return "error", "empty chunk: nothing to run"
	end
	local name = option and option:match("^name=(%g+)$") or "stdin"
	local f, message = compile(chunk, "=" .. name)
	if not f then
		return unfinished(message) and "incomplete" or "error", message
	end
	local results = table.pack(control.eval(f, trace))
	return protect(function () -- a __tostring may be as endless as a chunk
		return results[1] and joined(results) or error(results[2], 0)
	end, results[1] and trace or describe)
end

local sleeps = {["true"] = true, ["false"] = false}

local function start(how)
	return function (script, option)
		local sleep = sleeps[option or "true"]
		if sleep == nil then
			return "error", string.format("%s: bad argument '%s' (true or false expected)", how, option)
		end
		return protect(function ()
			runner[how](script, sleep)
			return ""
		end, describe, true)
	end
end

verbs.run = start("run")
verbs.spawn = start("spawn")

function verbs.stop(script)
	return protect(function ()
		if not runner.stop(script) then
			error(script:gsub("%.lua$", "") .. " is not running", 0)
		end
		return ""
	end, describe, true)
end

function verbs.shutdown()
	return protect(function ()
		runner.shutdown()
		return ""
	end, describe, true)
end

local columns <const> = {"name", "state", "sleep", "entries", "errors", "busy", "queued", "lost", "overruns",
	"hooks", "suspended", "memory", "time"}

-- One line a runtime, fields separated by tabs; the first line names them.
local function counters()
	local runtimes = control.list()
	table.sort(runtimes, function (a, b) return a.name < b.name end)
	local lines = {table.concat(columns, "\t")}
	for _, runtime in ipairs(runtimes) do
		local fields = {}
		for i, column in ipairs(columns) do
			fields[i] = tostring(runtime[column])
		end
		lines[#lines + 1] = table.concat(fields, "\t")
	end
	return table.concat(lines, "\n")
end

function verbs.list(_, option)
	return protect(option == "full" and counters or runner.list, describe, true)
end

-- One page of what scripts have said. The first line of the answer has three numbers:
-- what the next page comes after, where the newest record is, and 0 if nothing is known
-- of the script. Then, record by record, a line "seq time times level script length cut",
-- `length` bytes, and LF.
local function page(records, covered, now, known)
	local parts = {string.format("%d %d %d\n", covered, now, known and 1 or 0)}
	for _, record in ipairs(records) do
		parts[#parts + 1] = string.format("%d %d %d %s %s %d %d\n", record.seq, record.time, record.times,
			record.level, record.script, #record.text, record.cut and 1 or 0)
		parts[#parts + 1] = record.text
		parts[#parts + 1] = "\n"
	end
	return table.concat(parts)
end

local function runs(script)
	for _, runtime in ipairs(control.list()) do
		if runtime.name == script then
			return true
		end
	end
	return false
end

local function journal(script, after, wait)
	if wait > 0 then
		control.listen(after, wait)
	end
	local records, covered, now, known = control.journal(after, script)
	return page(records, covered, now, known or not script or runs(script))
end

-- "log AFTER WAIT", with the name of a script or nothing: what was said after that
-- page. If it is nothing yet, it waits so many milliseconds first.
function verbs.log(script, after, wait)
	after, wait = math.tointeger(tonumber(after or 0)), math.tointeger(tonumber(wait or 0))
	if not after or not wait then
		return "error", "log: bad argument (two integers expected)"
	end
	return protect(function ()
		return journal(script ~= "" and script:gsub("%.lua$", "") or nil, after, wait)
	end, describe, true)
end

-- Raw access only: completing a name must not run a script's metamethods.
local function lookup(path)
	local value = _G
	for name in path:gmatch("[%a_][%w_]*") do
		if type(value) ~= "table" then
			return nil
		end
		value = rawget(value, name)
	end
	return type(value) == "table" and value or nil
end

function verbs.complete(word)
	local path, prefix = word:match("^([%w_.:]-)([%w_]*)$")
	local list = {}
	for key in next, path and lookup(path) or {} do
		if type(key) == "string" and key:find("^[%a_][%w_]*$") and key:sub(1, #prefix) == prefix then
			list[#list + 1] = path .. key
		end
		if #list == COMPLETIONS then
			break
		end
	end
	table.sort(list)
	return "ok", table.concat(list, "\n")
end

-- Sessions: out is the answer not read yet, from position sent on; request is
-- the framed one that is still being written.

local function answer(session, text)
	session.out, session.sent = text, 0
end

local function reply(session, status, text)
	answer(session, string.format("%s %d\n", status, #text) .. text)
end

local function refuse(session, ...)
	session.request = nil
	reply(session, "error", string.format(...))
end

-- Only here does a session run something; a second write to the same open
-- file meanwhile (threads, a passed descriptor) must not mix with it.
local function perform(session, f, ...)
	session.running = true
	local ok, status, text = pcall(f, ...)
	session.running = nil
	if not ok then
		return "error", describe(status)
	end
	return status, text
end

local function finish(session, request)
	session.request = nil
	local verb = verbs[request.verb]
	if request.length > PAYLOAD_LIMIT then
		refuse(session, "request of %d bytes is too long (limit %d)", request.length, PAYLOAD_LIMIT)
	elseif not verb then
		refuse(session, "unknown request '%s'", request.verb)
	else
		reply(session, perform(session, verb, table.concat(request), table.unpack(request.arguments)))
	end
end

local function collect(session, part)
	local request = session.request
	request.left = request.left - #part
	if request.left < 0 then
		return refuse(session, "request '%s' is followed by %d stray bytes", request.verb, -request.left)
	end
	if request.length <= PAYLOAD_LIMIT then
		request[#request + 1] = part
	end
	if request.left == 0 then
		finish(session, request)
	end
end

local function parse(header)
	local verb, words, digits = header:match("^(%l+)(.-) (%d+)$")
	if not verb or #digits > LENGTH_DIGITS then
		return nil
	end
	local arguments = {}
	for word in words:gmatch("%g+") do
		arguments[#arguments + 1] = word
	end
	local length = math.tointeger(tonumber(digits))
	return {verb = verb, arguments = arguments, length = length, left = length}
end

local function begin(session, buf)
	local stop = buf:sub(1, HEADER_LIMIT):find("\n", 1, true)
	local request = stop and parse(buf:sub(#ESCAPE + 1, stop - 1))
	if not request then
		return refuse(session, "bad request header (ESC verb arguments length LF expected)")
	end
	session.request = request
	return collect(session, buf:sub(stop + 1))
end

local function feed(session, buf)
	if session.request then
		collect(session, buf)
	elseif buf:sub(1, 1) == ESCAPE then
		begin(session, buf)
	else
		answer(session, select(2, perform(session, plain, buf)))
	end
end

-- Who opens it, and whoever an open file is passed to, must be allowed to.
local driver = {name = "lunatik", capability = linux.cap.SYS_ADMIN, lockdown = true}

function driver:open() -- luacheck: no self
	return {}
end

function driver:release() -- luacheck: no self
end

function driver:write(buf, _, session) -- luacheck: no self
	if session.running then
		error("a request is running on this open file", 0)
	end
	session.out = nil
	feed(session, buf)
	return #buf
end

function driver:read(len, _, session) -- luacheck: no self
	local out, sent = session.out, session.sent
	if not out then
		return nil
	end
	session.sent = sent + len
	if session.sent >= #out then
		session.out = nil
	end
	return out:sub(sent + 1, sent + len)
end

device.new(driver)
