-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 6.3: require and package, as the dialect has them (api-facts.md,
-- section 1): no cpath, no dynamic libraries.

local T = require "tests.lang.harness"
local test, eq, vals, err = T.test, T.eq, T.vals, T.err

-- The value the documents give; a host program may have been told another one.
local root = "/lib/modules/lua/nonexistent/"
local documented = "/lib/modules/lua/?.lua;/lib/modules/lua/?/init.lua"

test("the fields of package", function()
	eq(type(package.path), "string")
	eq(package.config, "/\n;\n?\n!\n-\n")
	eq(type(package.loaded), "table")
	eq(type(package.preload), "table")
	eq(#package.searchers, 3)
	for i = 1, 3 do
		eq(type(package.searchers[i]), "function")
	end
	eq(type(package.searchpath), "function")
	eq(type(package.loadlib), "function")
	for name in ("cpath loaders seeall"):gmatch("%a+") do
		eq(package[name], nil, name)
	end
	T.ok(package.path == documented or package.path:find("?", 1, true), package.path)
	if package.searchpath("tests.lang.harness", documented) then
		eq(package.path, documented)
	end
end)

test("loaded holds the libraries", function()
	eq(package.loaded._G, _G)
	for name in ("coroutine debug math package string table utf8"):gmatch("%w+") do
		eq(package.loaded[name], _G[name], name)
		eq(require(name), _G[name])
	end
	eq(package.loaded.io, nil)
	eq(package.loaded.os, nil)
	eq(require "tests.lang.harness", T)
end)

local function unload(name)
	package.loaded[name], package.preload[name] = nil, nil
end

test("preload", function()
	local name = "tests.lang.m1"
	local args
	package.preload[name] = function(...)
		args = table.pack(...)
		return {v = 5}
	end
	local m, data = require(name)
	eq(m.v, 5)
	eq(data, ":preload:")
	vals('2, "tests.lang.m1", ":preload:"', args.n, args[1], args[2])
	args = nil
	eq(require(name), m, "the second time from loaded")
	eq(select("#", require(name)), 1)
	eq(args, nil)
	eq(package.loaded[name], m)
	unload(name)
end)

test("what a loader returns", function()
	local name = "tests.lang.m2"
	local function with(loader)
		unload(name)
		package.preload[name] = loader
		local v = require(name)
		local kept = package.loaded[name]
		unload(name)
		return v, kept
	end
	vals("true, true", with(function() end))
	vals("true, true", with(function() return nil end))
	vals("false, false", with(function() return false end))
	vals("7, 7", with(function() return 7, 8 end))
	vals('"set", "set"', with(function(n) package.loaded[n] = "set" end))
	vals('"ret", "ret"', with(function(n) package.loaded[n] = "set" return "ret" end))
	vals("false, false", with(function(n) package.loaded[n] = false end))
	err("in loader", with, function() error("in loader", 0) end)
	eq(package.loaded[name], nil, "a failed load leaves nothing")
	unload(name)
end)

test("false in loaded loads again", function()
	local name, n = "tests.lang.m3", 0
	package.preload[name] = function()
		n = n + 1
		return false
	end
	eq(require(name), false)
	eq(require(name), false)
	eq(n, 2)
	unload(name)
end)

test("a missing module: every place that was tried", function()
	local ok, msg = pcall(require, "no.such.module")
	eq(ok, false)
	T.ok(msg:find("module 'no.such.module' not found:", 1, true), msg)
	T.ok(msg:find("\n\tno field package.preload['no.such.module']", 1, true), msg)
	for template in package.path:gmatch("[^;]+") do
		local file = template:gsub("%?", "no/such/module")
		T.ok(msg:find("\n\tno file '" .. file .. "'", 1, true), msg)
	end
	eq(package.loaded["no.such.module"], nil)
	err("bad argument #1 to 'require' (string expected, got no value)", require)
	err("bad argument #1 to 'require' (string expected, got table)", require, {})
end)

test("package.path is used as it is now", function()
	local path = package.path
	package.path = root .. "?.x;" .. root .. "?/y"
	local _, msg = pcall(require, "some.mod")
	package.path = 5
	local _, msg2 = pcall(require, "tests.lang.none")
	package.path = nil
	local _, msg3 = pcall(require, "tests.lang.none")
	package.path = path
	T.ok(msg:find("no file '" .. root .. "some/mod.x'", 1, true), msg)
	T.ok(msg:find("no file '" .. root .. "some/mod/y'", 1, true), msg)
	T.ok(type(msg2) == "string")
	T.ok(msg3:find("'package.path' must be a string", 1, true), msg3)
end)

test("searchers can be added and replaced", function()
	local searchers = package.searchers
	local seen
	local function mine(name)
		seen = name
		if name == "tests.lang.virtual" then
			return function(n, d) return n .. "!" .. tostring(d) end, "data"
		end
		return "\n\tnot mine"
	end
	searchers[4] = mine
	local v, data = require("tests.lang.virtual")
	vals('"tests.lang.virtual!data", "data"', v, data)
	unload "tests.lang.virtual"
	local _, msg = pcall(require, "tests.lang.nothing")
	eq(seen, "tests.lang.nothing")
	T.ok(msg:find("\n\tnot mine", 1, true), msg)
	searchers[4] = function() return nil end
	T.ok(not pcall(require, "tests.lang.nothing"))
	searchers[4] = nil
	package.searchers = 5
	_, msg = pcall(require, "tests.lang.nothing")
	package.searchers = {}
	local _, msg2 = pcall(require, "tests.lang.nothing")
	package.searchers = searchers
	eq(T.bare(msg), "'package.searchers' must be a table")
	eq(T.bare(msg2), "module 'tests.lang.nothing' not found:")
end)

test("require finds Lua files and says where", function()
	local name = "tests.lang.harness"
	local kept = package.loaded[name]
	local path = package.searchpath(name, package.path)
	package.loaded[name] = nil
	local m, where = require(name)
	package.loaded[name] = kept
	eq(type(m.test), "function")
	T.ok(m ~= kept)
	eq(where, path)
end)

test("searchpath", function()
	local path = package.searchpath("tests.lang.harness", package.path)
	T.ok(path:find("tests/lang/harness%.lua$"), path)
	local function missing(want, name, templates, ...)
		local found, msg = package.searchpath(name, templates:gsub("@", root), ...)
		eq(found, nil)
		eq(msg, (want:gsub("@", root)))
	end
	missing("no file '@a/b.lua'\n\tno file '@y/a/b'", "a.b", "@?.lua;@y/?")
	missing("no file '@a.b'", "a.b", "@?", "")
	missing("no file '@a_b'", "a.b", "@?", ".", "_")
	missing("no file '@a+b'", "a-b", "@?", "-", "+")
	missing("no file '@n/n'", "n", "@?/?")
	missing("no file '@nothing'", "n", "@nothing")
	T.errfind("to 'package.searchpath' (string expected, got no value)", package.searchpath)
	err("bad argument #2 to 'package.searchpath' (string expected, got no value)",
		package.searchpath, "x")
end)

test("loadlib says absent", function()
	local f, msg, where = package.loadlib("/lib/x.so", "luaopen_x")
	eq(f, nil)
	eq(type(msg), "string")
	eq(where, "absent")
	f, msg, where = package.loadlib("x", "*")
	vals('nil, "absent"', f, where)
	eq(type(msg), "string")
	T.ok(not pcall(package.loadlib))
end)

test("modules that require each other", function()
	local a, b = "tests.lang.ma", "tests.lang.mb"
	package.preload[a] = function(n)
		local m = {}
		package.loaded[n] = m
		m.other = require(b)
		return m
	end
	package.preload[b] = function()
		return {back = require(a)}
	end
	local m = require(a)
	eq(m.other.back, m)
	unload(a)
	unload(b)
end)

test("a module that requires itself ends in an error", function()
	local name = "tests.lang.loop"
	package.preload[name] = function(n) return require(n) end
	T.errany({"stack overflow", "C stack overflow", "error in error handling"},
		require, name)
	unload(name)
	eq(require "string", string)
end)

return T.finish()
