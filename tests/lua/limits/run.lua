-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Runs the cases of cases.lua, each in a runtime of its own that is stopped
-- afterwards, and judges what came of it: an error where one is due, in time, with
-- stack to spare. require("tests.limits.run") gives a table of functions; the suite
-- "limits" calls them in a client's chunk and prints the KTAP lines they return,
-- whose numbers it fills in. The cases themselves are never loaded here.

local limits = require("limits")
local linux = require("linux")
local lunatik = require("lunatik")

local run = {}

local SPARE <const> = 3072	-- bytes of stack that must be left
local MS <const> = 1000000	-- ns
local ATOMIC <const> = 10	-- ms: what an entry that cannot sleep gets
local PROCESS <const> = 50	-- ms: what we give to one that can
local MEMORY <const> = 8 << 20
local TRIES <const> = 12		-- the machine below may take the processor away

-- When an entry has to be over, in ms. Where nothing sleeps: its budget, and the
-- allowance of the kernel for one slice of fuel, one step of the collector and the
-- traceback. In process context: 100 ms after the limit.
local LATEST <const> = {softirq = ATOMIC, hardirq = ATOMIC, process = PROCESS + 100}
local BUSY <const> = -linux.errno.BUSY
local CANCELED <const> = -linux.errno.CANCELED

local extremes = {}

local function wait(number)
	for _ = 1, 1000 do
		local outcome = limits.newest()
		if outcome.number ~= number then
			return outcome
		end
		linux.schedule(5)
	end
	error("the fuse did not go off", 0)
end

-- One call of a case; the note tells the script which, and tells us its name and
-- what must come of it. The script must be loaded by the time the event comes; if
-- it is not, the event comes later.
local function fire(context, number, sleep)
	for delay = 20, 200, 60 do
		local before = limits.newest().number
		limits.note(("%s %d %d"):format(context, number, delay))
		local runtime = lunatik.runtime("tests/limits/fuse", sleep, {memory = MEMORY, budget = PROCESS})
		local how, name = limits.note(""):match("^(%l+) (.*)$")
		print(("limits: %s, sleep=%s: %s"):format(context, sleep, name))
		local ok, outcome = pcall(wait, before)
		runtime:stop()
		if not ok then
			error(outcome, 0)
		end
		if outcome.err ~= BUSY then
			outcome.how, outcome.name = how, name
			outcome.caught = limits.note("") == "caught"
			return outcome
		end
	end
	error("the runtime stays busy", 0)
end

local function fired_in_time(context, number, sleep, latest)
	local best
	for _ = 1, TRIES do
		local outcome = fire(context, number, sleep)
		if not best or outcome.ns < best.ns then
			best = outcome
		end
		if best.ns <= latest * MS then
			break
		end
	end
	return best
end

local function judge(outcome, latest)
	local flaws = {}
	local function flaw(bad, ...)
		flaws[#flaws + 1] = bad and string.format(...) or nil
	end
	flaw(outcome.how == "error" and outcome.err == 0, "no error")
	flaw(outcome.caught, "the script went on")
	flaw(outcome.err ~= 0 and outcome.err ~= CANCELED, "not run: %d", outcome.err)
	flaw(outcome.stack < SPARE, "%d bytes of stack left", outcome.stack)
	flaw(outcome.ns > latest * MS, "took %d us", outcome.ns // 1000)
	return table.concat(flaws, ", ")
end

local function note_extremes(outcome)
	extremes.stack = math.min(extremes.stack or math.maxinteger, outcome.stack)
	extremes.depth = math.max(extremes.depth or 0, outcome.depth)
	extremes.ns = math.max(extremes.ns or 0, outcome.ns)
end

-- one KTAP line, and a line of figures if it is a bad one
local function line(where, outcome, flaws)
	if flaws == "" then
		return ("ok # - %s: %s"):format(where, outcome.name)
	end
	return ("not ok # - %s: %s\n# %s"):format(where, outcome.name, flaws)
end

-- how many cases there are
function run.count()
	limits.note("softirq 0 0")
	lunatik.runtime("tests/limits/fuse"):stop()
	return limits.note("")
end

-- KTAP for cases from..to in a context, in runtimes that may sleep or not
function run.fired(context, sleep, from, to, allowance)
	local latest = LATEST[context] + allowance
	local where = context .. (sleep and "" or ", never sleeps")
	local lines = {}
	for number = from, to do
		local ok, outcome = pcall(fired_in_time, context, number, sleep, latest)
		if ok then
			note_extremes(outcome)
			lines[#lines + 1] = line(where, outcome, judge(outcome, latest))
		else
			lines[#lines + 1] = line(where, {name = "case " .. number}, tostring(outcome))
		end
	end
	return table.concat(lines, "\n")
end

-- what was least and most since the last time
function run.extremes()
	local e = extremes
	extremes = {}
	return ("# least stack left %d bytes, most used below an entry %d bytes, longest %d us"):format(
		e.stack or 0, e.depth or 0, (e.ns or 0) // 1000)
end

-- What a chunk that recurses leaves of the client's stack, in bytes; 0 if it did
-- not end in an error.
function run.left(fn)
	local outcome = limits.paint(fn)
	note_extremes(outcome)
	return outcome.err == 0 and 0 or outcome.stack
end

return run
