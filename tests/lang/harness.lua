-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- The harness of the language suite. It needs nothing but base, string, table
-- and debug.getinfo, so that it runs in a kernel runtime as well as in
-- userspace. Calls stay shallow (one pcall for a test, one for an expected
-- error), because a kernel stack is small.
--
-- A file calls test(name, fn) any number of times and ends in
-- `return T.finish()`. A check that fails is noted and the test goes on, so one
-- run shows everything. finish() gives the whole KTAP text as one string (log
-- lines can be lost, a result cannot) and, unless all.lua asked for silence,
-- prints it line by line and raises an error if something failed.

local T = {}

local getinfo = debug.getinfo
local results, checks, problems, quiet, title

local MAX_PROBLEMS = 6	-- noted for each test; the others are only counted

function T.start(name, silent)
	results, checks, problems = {}, 0, nil
	title, quiet = name or "lang", silent
end

T.start()

-- The line of the test file that is running: the innermost frame that is not
-- in here.
local function whence()
	local here = getinfo(1, "S").source
	for level = 2, 12 do
		local info = getinfo(level, "Sl")
		if not info then
			break
		end
		if info.source ~= here and info.currentline > 0 then
			return info.currentline
		end
	end
	return 0
end

local function quote(s)
	return '"' .. s:gsub('[%c\\"\128-\255]', function(c)
		return ("\\x%02x"):format(c:byte())
	end) .. '"'
end

-- How a value looks in an expectation: strings quoted, numbers and constants
-- bare, anything else by its type.
local function show(v)
	local kind = type(v)
	if kind == "string" then
		return quote(v)
	elseif kind == "number" or kind == "nil" or kind == "boolean" then
		return tostring(v)
	end
	return kind
end

local function showall(...)
	local out = {}
	for i = 1, select("#", ...) do
		out[i] = show((select(i, ...)))
	end
	return table.concat(out, ", ")
end

local function check(ok, ...)
	checks = checks + 1
	if not ok then
		local n = #problems + 1
		problems[n] = n <= MAX_PROBLEMS
			and "line " .. whence() .. ": " .. table.concat({...}) or ""
	end
	return ok
end

-- An error message without its "where:line: " prefix.
local function bare(msg)
	if type(msg) ~= "string" then
		return msg
	end
	return (msg:gsub("^[^\n]-:%d+: ", "", 1))
end
T.bare = bare

function T.test(name, fn)
	problems = {}
	local ok, msg = pcall(fn)
	if not ok then
		check(false, "raised ", show(msg))
	end
	results[#results + 1] = {name = name, problems = problems}
end

-- A test that cannot be: the reason names what the kernel lacks (CONFIG_...).
function T.skip(name, reason)
	results[#results + 1] = {name = name .. " # SKIP " .. reason, problems = {}}
end

function T.eq(got, want, what)
	return check(rawequal(got, want), what and what .. ": " or "", "got ",
		show(got), ", want ", show(want))
end

function T.ok(cond, what)
	return check(cond, what or "condition", " does not hold")
end

-- vals('1, "x", nil', ...): all values, in order, and no more.
function T.vals(want, ...)
	local got = showall(...)
	return check(got == want, "got ", got, ", want ", want)
end

-- The call must fail with exactly this message (position prefix apart).
function T.err(want, fn, ...)
	local ok, msg = pcall(fn, ...)
	if ok then
		return check(false, "no error, want ", show(want))
	end
	return check(rawequal(bare(msg), want), "error ", show(bare(msg)),
		", want ", show(want))
end

-- The call must fail with a message that contains one of the given texts.
function T.errany(texts, fn, ...)
	local ok, msg = pcall(fn, ...)
	if ok then
		return check(false, "no error, want ", show(texts[1]))
	end
	for _, text in ipairs(texts) do
		if type(msg) == "string" and msg:find(text, 1, true) then
			return check(true)
		end
	end
	return check(false, "error ", show(msg), ", want one with ", show(texts[1]))
end

function T.errfind(text, fn, ...)
	return T.errany({text}, fn, ...)
end

-- The source must be refused by the compiler with exactly this message, and
-- the position must be this line.
function T.syntax(want, src, line)
	local fn, msg = load(src, "=t", "t")
	want = "t:" .. (line or 1) .. ": " .. want
	return check(not fn and msg == want, "compiling ", quote(src), ": ",
		show(msg), ", want ", show(want))
end

-- Compile a chunk named t; a fault of the test itself is an error.
function T.code(src, env)
	return assert(load(src, "=t", "t", env or _ENV))
end

local function compile(src, env)
	return load("return " .. src, "=t", "t", env) or load(src, "=t", "t", env)
end

local judge = {
	[">"] = function(src, env, want)
		local fn, msg = load("return " .. src, "=t", "t", env)
		if not fn then
			fn, msg = load(src, "=t", "t", env)
		end
		if not fn then
			return check(false, src, ": ", show(msg))
		end
		local got = table.pack(pcall(fn))
		local text = showall(table.unpack(got, 2, got.n))
		return check(got[1] and text == want, src, ": ",
			got[1] and "got " or "error ", text, ", want ", want)
	end,
	["!"] = function(src, env, want)
		local fn = compile(src, env)
		if not fn then
			return check(false, src, ": does not compile")
		end
		local ok, msg = pcall(fn)
		return check(not ok and bare(msg) == want, src, ": ",
			ok and "no error" or show(bare(msg)), ", want ", show(want))
	end,
	["?"] = function(src, env, want)
		local fn, msg = load(src, "=t", "t", env)
		return check(not fn and msg == "t:1: " .. want, src, ": ",
			fn and "compiles" or show(msg), ", want ", show(want))
	end,
}

-- One check a line:
--	source --> values		the expression (or chunk) gives these values
--	source --! message		it raises an error with exactly this message
--	source --? message		the compiler refuses the chunk so
-- env holds names for the sources; it falls back on the globals.
function T.lines(text, env)
	env = env and setmetatable(env, {__index = _G}) or _G
	for line in text:gmatch("[^\n]+") do
		local src, kind, want = line:match("^%s*(.-)%s*%-%-([>!?])%s?(.*)$")
		if src then
			judge[kind](src, env, want)
		else
			check(false, "cannot read the line ", quote(line))
		end
	end
end

local function report(test, i, out)
	local n = #test.problems
	out[#out + 1] = (n == 0 and "ok " or "not ok ") .. i .. " - " ..
		title .. ": " .. test.name
	for k = 1, math.min(n, MAX_PROBLEMS) do
		out[#out + 1] = "# " .. test.problems[k]:gsub("\n", "\\n")
	end
	if n > MAX_PROBLEMS then
		out[#out + 1] = "# and " .. n - MAX_PROBLEMS .. " more"
	end
	return n == 0 and 0 or 1
end

function T.finish()
	local out, failed = {"KTAP version 1", "1.." .. #results}, 0
	for i, test in ipairs(results) do
		failed = failed + report(test, i, out)
	end
	out[#out + 1] = "# " .. title .. ": " .. #results .. " tests, " ..
		checks .. " checks, " .. failed .. " failed"
	if not quiet then
		for _, line in ipairs(out) do
			print(line)
		end
		if failed > 0 then
			error(out[#out], 0)
		end
	end
	return table.concat(out, "\n")
end

return T
