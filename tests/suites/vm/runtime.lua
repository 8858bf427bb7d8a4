-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
--
-- runtime: what runtimes do for each other: resume and yield, values and objects
-- that cross, functions that become the entry function, the shared table, the
-- runner's functions. runtime, beside this, runs it. Guards api-facts section 2.

local T = require("tests/harness")
local data = require("data")
local linux = require("linux")
local lunatik = require("lunatik")
local inet = require("socket.inet")
local runner = require("lunatik.runner")

T.start("runtime", true)

local D <const> = "tests/runtime/"

local function new(name, ...)
	return lunatik.runtime(D .. name, ...)
end

T.test("resume calls the function that the script returned", function()
	local rt <close> = new("same")
	T.vals("", rt:resume())
	T.vals("", rt:resume())
end)

T.test("strings, integers and booleans go there and come back", function()
	local rt <close> = new("same")
	T.vals('"text"', rt:resume("text"))
	T.vals("42, -1, 0", rt:resume(42, -1, 0))
	T.vals("true, false", rt:resume(true, false))
	T.vals('"", "\\x00\\xff"', rt:resume("", "\0\255"))
	T.eq(rt:resume(math.mininteger), math.mininteger)
	local long = ("x"):rep(100000)
	T.ok(rt:resume(long) == long, "a long string is the same")
	T.vals("nil, 1", rt:resume(nil, 1))
end)

T.test("many values at once", function()
	local rt <close> = new("same")
	local values = {}
	for i = 1, 100 do
		values[i] = i
	end
	T.eq(#{rt:resume(table.unpack(values))}, 100)
end)

T.test("nothing else can be handed over", function()
	local rt <close> = new("same")
	for _, value in ipairs({{}, print, coroutine.create(print)}) do
		T.errany({"object", "expected"}, rt.resume, rt, value)
		T.errany({"object", "expected"}, rt.resume, rt, 1, value)
	end
	T.vals("1", rt:resume(1))
end)

T.test("objects are the same there", function()
	local rt <close> = new("adds")
	local sum = data.new(8)
	for i = 1, 10 do
		rt:resume(sum, i)
	end
	T.eq(sum:getint64(0), 55)
end)

T.test("objects that are returned are the same here", function()
	local rt <close> = new("same")
	local sum = data.new(8)
	local other = rt:resume(sum)
	T.eq(type(other), "userdata")
	other:setint64(0, 7)
	T.eq(sum:getint64(0), 7)
end)

T.test("an object lives on when the runtime that made it has gone", function()
	local rt = new("same")
	local object = rt:resume(data.new(8))
	rt:stop()
	collectgarbage()
	object:setint64(0, 7)
	T.eq(object:getint64(0), 7)
end)

T.test("yield gives results, and resume goes on behind it", function()
	local rt <close> = new("yields")
	T.vals('1, "a"', rt:resume("a"))
	T.vals('2, "b", 3', rt:resume("b", 3))
	T.vals("3", rt:resume())
	T.vals('"returned", 3', rt:resume("return"))
end)

T.test("after it has returned it begins again", function()
	local rt <close> = new("yields")
	T.vals('1, "a"', rt:resume("a"))
	rt:resume("return")
	T.vals('1, "b"', rt:resume("b"))
end)

T.test("a function that is returned becomes the entry function", function()
	local rt <close> = new("stages")
	T.vals("", rt:resume(1))
	T.vals("", rt:resume("two"))
	T.vals('1, "two", true', rt:resume(true))
	T.vals('1, "two", false', rt:resume(false))
end)

T.test("errors come with the message of the script", function()
	local rt <close> = new("fails")
	T.errfind("tests/runtime/fails.lua:11: oh no", rt.resume, rt, "oh no")
	T.errfind("%n%s%d", rt.resume, rt, "level", "%n%s%d")
	T.eq((pcall(rt.resume, rt, "table")), false)
	T.eq((pcall(rt.resume, rt, "nil")), false)
	T.errfind("fails.lua:11: again", rt.resume, rt, "again")
end)

T.test("an error behind a yield", function()
	local rt <close> = new("yields")
	rt:resume()
	T.errfind("yields.lua:8: told to fail", rt.resume, rt, "fail")
	T.vals('1, "a"', rt:resume("a"))
end)

T.test("a script without a function cannot be resumed", function()
	local rt <close> = new("none")
	local ok, message = pcall(rt.resume, rt)
	T.eq(ok, false)
	T.eq(type(message), "string")
end)

T.test("a runtime that was stopped cannot be resumed", function()
	local rt = new("same")
	rt:stop()
	T.errfind("null-pointer dereference", rt.resume, rt)
	T.errfind("null-pointer dereference", rt.stop, rt)
end)

T.test("a handle there does not help it", function()
	local rt, same <close> = new("same"), new("same")
	local calls <close> = new("calls")
	local other = same:resume(rt)
	T.vals("true, 1", calls:resume(other, 1))
	rt:stop()
	T.eq((pcall(other.resume, other, 1)), false)
	T.eq((calls:resume(other, 1)), false)
end)

T.test("what is no runtime cannot be resumed", function()
	local rt <close> = new("same")
	for _, value in ipairs({1, "x", {}, data.new(1)}) do
		T.errfind("runtime expected", rt.resume, value)
	end
end)

T.test("a runtime that resumes itself gets an error, not a deadlock", function()
	local rt <close> = new("calls")
	local ok, message = rt:resume(rt, rt)
	T.eq(ok, false)
	T.eq(type(message), "string")
end)

T.test("nor do two that resume each other", function()
	local a <close> = new("calls")
	local b <close> = new("calls")
	local ok, inner = a:resume(b, a, b)
	T.eq(ok, true, "the outer one")
	T.eq(inner, false, "the inner one")
end)

T.test("a runtime that never sleeps", function()
	local rt <close> = new("same", false)
	T.vals('"x", 1, true', rt:resume("x", 1, true))
	local sum = data.new(8)
	rt:resume(sum):setint64(0, 5)
	T.eq(sum:getint64(0), 5)
	local yields <close> = new("yields", false)
	T.vals("1", yields:resume())
	T.vals("2", yields:resume())
end)

T.test("and objects that need to sleep", function()
	local rt <close> = new("same", false)
	local udp <close> = inet.udp()
	T.errfind("cannot use 'socket' class on non-sleepable runtime", rt.resume, rt, udp.socket)
	T.vals("1", rt:resume(1))
end)

T.test("100,000 times", function()
	local rt <close> = new("adds")
	local sum = data.new(8)
	local start = linux.time()
	for i = 1, 100000 do
		rt:resume(sum, i)
	end
	T.eq(sum:getint64(0), 5000050000)
	print(("tests: resume takes %d ns"):format(linux.difftime(linux.time(), start) // 100000))
end)

T.test("_ENV is one table for all", function()
	local a <close> = new("env")
	local b <close> = new("env", false)
	a:resume("tests.value", data.new(8)):setint64(0, 9)
	T.eq(b:resume("tests.value"):getint64(0), 9)
	T.eq(lunatik._ENV["tests.value"]:getint64(0), 9)
	b:resume("tests.value", nil)
	T.eq(a:resume("tests.value"), nil)
	T.eq(lunatik._ENV["tests.value"], nil)
end)

T.test("_ENV has the runtimes and the threads of the runner", function()
	local rt = runner.run(D .. "same")
	T.vals("1", lunatik._ENV.runtimes[D .. "same"]:resume(1))
	runner.stop(D .. "same")
	T.eq(lunatik._ENV.runtimes[D .. "same"], nil)
	T.eq(type(lunatik._ENV.threads), "userdata")
	T.eq((pcall(rt.resume, rt)), false)
end)

T.test("run: a name once, whatever its suffix", function()
	local rt = runner.run(D .. "same.lua")
	T.vals("1", rt:resume(1))
	T.errfind(D .. "same is already running", runner.run, D .. "same")
	T.errfind(D .. "same is already running", runner.run, D .. "same.lua")
	T.errfind(D .. "same is already running", runner.spawn, D .. "same")
	T.ok((", " .. runner.list() .. ","):find(", " .. D .. "same,", 1, true), runner.list())
	runner.stop(D .. "same.lua")
	T.errfind("null-pointer dereference", rt.resume, rt)
	runner.stop(D .. "same")
	runner.stop("no/such/script")
end)

T.test("run: a script that fails leaves nothing", function()
	local before = runner.list()
	T.errfind("cannot open", runner.run, D .. "nosuch")
	T.errfind("cannot open", runner.spawn, D .. "nosuch")
	T.eq(pcall(runner.spawn, D .. "none"), false)
	T.eq(runner.list(), before)
	T.eq(lunatik._ENV.runtimes[D .. "none"], nil)
end)

T.test("run: whether it sleeps", function()
	runner.run(D .. "same", false)
	local rt = lunatik._ENV.runtimes[D .. "same"]
	local udp <close> = inet.udp()
	T.errfind("non-sleepable", rt.resume, rt, udp.socket)
	runner.stop(D .. "same")
	T.errfind("non-sleepable", runner.spawn, D .. "same", false)
	T.ok(not runner.list():find(D .. "same", 1, true), runner.list())
end)

return T.finish()
