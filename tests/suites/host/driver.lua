-- SPDX-License-Identifier: MIT OR GPL-2.0-only

-- What lib/driver.lua and lib/lunatik/runner.lua answer, request by request,
-- with the kernel's side (control, device, linux) replaced by tables. Guards
-- api-facts section 17, traps T17 (sizes) and T19 (nothing is pasted into code).
-- usage: lua5.4 driver.lua LIBDIR; prints KTAP.

local libdir = assert(arg[1], "usage: driver.lua LIBDIR")
package.path = libdir .. "/?.lua"

local running = {}
local driver
local control = {}

function control.eval(f, handler)
	return xpcall(f, handler)
end

function control.run(script, sleep)
	if script == "missing" then
		error("cannot open /lib/modules/lua/missing.lua", 0)
	elseif running[script] then
		error(script .. " is already running", 0)
	end
	running[script] = {name = script, state = "ready", sleep = sleep, entries = 1, errors = 0,
		busy = 0, queued = 0, lost = 0, overruns = 0, hooks = 1, suspended = 0, memory = 1000, time = 7}
	return running[script]
end

function control.stop(script)
	local known = running[script] ~= nil
	running[script] = nil
	return known
end

function control.list()
	local list = {}
	for _, runtime in pairs(running) do
		list[#list + 1] = runtime
	end
	return list
end

local journal = {}
local heard = {}

function control.journal(after, script)
	local records = {}
	for _, record in ipairs(journal) do
		if record.seq > after and (not script or record.script == script) and #records < 2 then
			records[#records + 1] = record
		end
	end
	local known = not script
	for _, record in ipairs(journal) do
		known = known or record.script == script
	end
	return records, #records == 2 and records[2].seq or #journal, #journal, known
end

function control.listen(after, ms)
	heard[#heard + 1] = after .. " " .. ms
	return false
end

function control.shutdown()
	running = {}
end

package.loaded.control = control
package.loaded.lunatik = {}
package.loaded.linux = {cap = {SYS_ADMIN = 21}}
package.loaded.device = {new = function (d) driver = d end}
require("driver")

-- A client

local function open()
	return driver:open()
end

local function drain(session, size)
	local parts = {}
	repeat
		local part = driver:read(size or 4096, 0, session) or ""
		parts[#parts + 1] = part
	until part == ""
	return table.concat(parts)
end

local function plain(chunk)
	local session = open()
	assert(driver:write(chunk, 0, session) == #chunk)
	return drain(session)
end

local function framed(words, payload)
	return "\27" .. words .. " " .. #payload .. "\n" .. payload
end

local function ask(words, payload, session)
	session = session or open()
	driver:write(framed(words, payload or ""), 0, session)
	local whole = drain(session)
	local status, length, text = whole:match("^(%l+) (%d+)\n(.*)$")
	assert(status and #text == tonumber(length), "bad answer: " .. whole)
	return status, text
end

-- Tests

local tests = {}
local names = {}

local function test(name, f)
	names[#names + 1] = name
	tests[name] = f
end

local function same(got, want)
	if got ~= want then
		error(string.format("got %q, wanted %q", tostring(got), tostring(want)), 2)
	end
end

local function answers(status, text, words, payload)
	local got, what = ask(words, payload)
	same(got, status)
	same(what, text)
end

local function fails(pattern, words, payload)
	local got, what = ask(words, payload)
	same(got, "error")
	if not what:find(pattern) then
		error(string.format("got %q, wanted a match of %q", what, pattern), 2)
	end
end

test("plain: the first result", function ()
	same(plain("return 42, 43"), "42")
	same(plain("x = 1"), "")
	same(plain("return nil"), "")
	same(plain("return false"), "false")
end)

test("plain: no implicit return, error text without traceback", function ()
	assert(plain("42"):find("^stdin:1: .*syntax error") or plain("42"):find("unexpected symbol"))
	same(plain("error('boom')"), "stdin:1: boom")
	same(plain("error({})"), "(error object is a table value)")
end)

test("plain: an empty write is named", function ()
	same(plain(""), "empty request: nothing to run")
end)

test("plain: globals persist between clients", function ()
	plain("counter = 41")
	same(plain("counter = counter + 1 return counter"), "42")
end)

test("plain: a new write replaces what was not read", function ()
	local session = open()
	driver:write("return 1", 0, session)
	driver:write("return 2", 0, session)
	same(drain(session), "2")
	same(drain(session), "")
end)

test("a result of any length in reads of any size", function ()
	local session = open()
	driver:write("return ('x'):rep(100000)", 0, session)
	same(drain(session, 777), ("x"):rep(100000))
end)

test("every open file has an answer of its own", function ()
	local one, two = open(), open()
	driver:write("return 'one'", 0, one)
	driver:write("return 'two'", 0, two)
	same(drain(one), "one")
	same(drain(two), "two")
end)

test("eval: expressions, statements, all results", function ()
	answers("ok", "42", "eval", "42")
	answers("ok", "42", "eval", "return 42")
	answers("ok", "1\tnil\tx", "eval", "1, nil, 'x'")
	answers("ok", "", "eval", "local x = 1")
	answers("ok", "nil", "eval", "nil")
	answers("ok", "3", "eval", "1 + 2 -- three")
end)

test("eval: a result may hold any byte", function ()
	answers("ok", "a\0b\nc\27", "eval", "'a\\0b\\nc\\27'")
end)

test("eval: incomplete chunks, statements and expressions", function ()
	same(ask("eval", "for i = 1, 3 do"), "incomplete")
	same(ask("eval", "{1,"), "incomplete")
	same(ask("eval", "1 +"), "incomplete")
	same(ask("eval", "f("), "incomplete")
	same(ask("eval", "x = [[abc"), "incomplete")
	same(ask("eval", "x = = 1"), "error")
	same(ask("eval", "x = 'abc\n"), "error")
end)

test("eval: errors with a traceback of the chunk alone", function ()
	local _, text = ask("eval", "local function f() error('boom') end\nf()")
	assert(text:find("^stdin:1: boom\nstack traceback:\n"), text)
	assert(text:find("stdin:2: in main chunk", 1, true), text)
	assert(not text:find("driver.lua", 1, true), text)
end)

test("eval: the chunk's name", function ()
	fails("^%-e:1: boom", "eval name=-e", "error('boom')")
end)

test("eval: error values of every type", function ()
	fails("^%(error object is a table value%)", "eval", "error({})")
	fails("^%(error object is a nil value%)", "eval", "error(nil)")
	fails("^7\n", "eval", "error(7)")
	fails("^mine\n", "eval", "error(setmetatable({}, {__tostring = function () return 'mine' end}))")
	fails("__tostring", "eval", "setmetatable({}, {__tostring = function () return {} end})")
end)

test("eval: bytecode and empty chunks are refused", function ()
	fails("binary chunk", "eval", string.dump(function () return 1 end))
	fails("^empty chunk", "eval", "")
end)

test("a request in one-byte writes", function ()
	local session = open()
	local request = framed("eval", "return 6 * 7")
	local header = request:find("\n", 1, true)
	driver:write(request:sub(1, header), 0, session)
	for i = header + 1, #request do
		same(drain(session), "")
		driver:write(request:sub(i, i), 0, session)
	end
	same(drain(session), "ok 2\n42")
end)

test("a payload at the limit runs, one byte more is refused whole", function ()
	local limit = 8 * 1024 * 1024
	local chunk = "return 1 --" .. ("x"):rep(limit - 11)
	same(#chunk, limit)
	answers("ok", "1", "eval", chunk)
	answers("error", "request of 8388609 bytes is too long (limit 8388608)", "eval", chunk .. "x")
end)

test("after an overlong request the next one is understood", function ()
	local session = open()
	same(ask("eval", ("x"):rep(9000000), session), "error")
	local status, text = ask("eval", "1", session)
	same(status .. text, "ok1")
end)

test("malformed headers are refused, and the session goes on", function ()
	local session = open()
	local bad = {"\27", "\27\n", "\27eval\n", "\27eval x\n", "\27eval -1\n", "\27EVAL 0\n",
		"\27eval 1e9\n", "\27eval 9999999999999999999999\n", "\27" .. ("a"):rep(300) .. " 0\n"}
	for _, header in ipairs(bad) do
		driver:write(header, 0, session)
		assert(drain(session):find("^error %d+\nbad request header"), header)
	end
	local status, text = ask("eval", "1", session)
	same(status .. text, "ok1")
end)

test("stray bytes and unknown requests are refused", function ()
	local session = open()
	driver:write(framed("eval", "ran = true") .. "more", 0, session)
	assert(drain(session):find("followed by 4 stray bytes"))
	answers("ok", "nil", "eval", "ran")
	answers("error", "unknown request 'format'", "format", "disk")
end)

test("run, list, stop", function ()
	answers("ok", "", "run true", "b")
	answers("ok", "", "run false", "a.lua")
	answers("ok", "a, b", "list")
	answers("error", "a is already running", "run true", "a")
	answers("ok", "", "stop", "a.lua")
	answers("error", "a is not running", "stop", "a.lua")
	answers("ok", "b", "list")
	answers("ok", "", "shutdown")
	answers("ok", "", "list")
end)

test("list full: one line a runtime", function ()
	ask("run false", "x")
	answers("ok", "name\tstate\tsleep\tentries\terrors\tbusy\tqueued\tlost\toverruns\thooks\tsuspended\tmemory\ttime\n"
		.. "x\tready\tfalse\t1\t0\t0\t0\t0\t0\t1\t0\t1000\t7", "list full")
	ask("shutdown")
end)

test("run says what is wrong", function ()
	answers("error", "cannot open /lib/modules/lua/missing.lua", "run true", "missing")
	answers("error", "run: bad argument 'maybe' (true or false expected)", "run maybe", "x")
end)

test("log: records page by page, of all scripts or of one", function ()
	journal = {
		{seq = 1, time = 10, times = 1, level = "6", script = "a", text = "x\0\n", cut = false},
		{seq = 2, time = 20, times = 3, level = "3", script = "b/c", text = "", cut = true},
		{seq = 3, time = 30, times = 1, level = "6", script = "a", text = "last", cut = false},
	}
	answers("ok", "2 3 1\n1 10 1 6 a 3 0\nx\0\n\n2 20 3 3 b/c 0 1\n\n", "log 0 0")
	answers("ok", "3 3 1\n3 30 1 6 a 4 0\nlast\n", "log 2 0")
	answers("ok", "3 3 1\n2 20 3 3 b/c 0 1\n\n", "log", "b/c.lua")
	answers("ok", "3 3 1\n", "log 3 0", "")
	same(#heard, 0)
	answers("ok", "3 3 1\n", "log 3 1000")
	same(table.concat(heard), "3 1000")
end)

test("log: what is known of a script", function ()
	answers("ok", "3 3 0\n", "log 0 0", "nosuch")
	ask("run true", "silent")
	answers("ok", "3 3 1\n", "log 0 0", "silent.lua")
	ask("shutdown")
	answers("ok", "3 3 0\n", "log 0 0", "silent")
end)

test("log: bad arguments", function ()
	for _, words in ipairs({"log x", "log 0 x", "log 1.5", "log 99999999999999999999999"}) do
		answers("error", "log: bad argument (two integers expected)", words)
	end
end)

test("a script's name is never code", function ()
	answers("ok", "", "run true", "x') error('pasted")
	answers("ok", "x') error('pasted", "list")
	ask("shutdown")
end)

test("lunatik.runner at the prompt", function ()
	answers("ok", "", "eval", "lunatik.runner.list()")
	answers("ok", "true", "eval", "lunatik.runner.run('y.lua', nil).sleep == false")
	answers("ok", "y", "eval", "lunatik.runner.list()")
	answers("ok", "true", "eval", "lunatik.runner.stop('y')")
	answers("ok", "false", "eval", "lunatik.runner.stop('y')")
	fails("bad argument #1 to 'run' %(string expected, got nil%)", "eval", "lunatik.runner.run()")
end)

test("complete: globals and fields, without metamethods", function ()
	answers("ok", "string.rep\nstring.reverse", "complete", "string.re")
	answers("ok", "tonumber\ntostring", "complete", "to")
	ask("eval", "trap = setmetatable({}, {__index = error})")
	answers("ok", "", "complete", "trap.x.y")
	answers("ok", "", "complete", "os.exit()")
	answers("ok", "", "complete", "a b")
end)

test("a second write while a request runs is refused", function ()
	local session = open()
	again = function () -- luacheck: globals again
		return tostring(select(2, pcall(driver.write, driver, "return 1", 0, session)))
	end
	driver:write(framed("eval", "again()"), 0, session)
	assert(drain(session):find("a request is running on this open file"))
end)

print("KTAP version 1")
print("1.." .. #names)
local failed = 0
for i, name in ipairs(names) do
	local ok, message = xpcall(tests[name], debug.traceback)
	if not ok then
		failed = failed + 1
		print("# " .. message:gsub("\n", "\n# "))
	end
	print((ok and "ok " or "not ok ") .. i .. " " .. name)
end
os.exit(failed == 0)
