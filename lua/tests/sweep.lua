-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- luacheck: std lua54
-- luacheck: ignore 211 231 311 331
--
-- Guards T9, T13: a bit of everything that allocates, for --fail-sweep: whichever
-- allocation fails, the state stays whole, and all of it is freed.

local t = {}
for i = 1, 40 do t[i] = {i, tostring(i) .. "x", key = ("k"):rep(i)} end
table.sort(t, function(a, b) return a[1] > b[1] end)
local s = table.concat({1, 2, 3, ("y"):rep(300)}, ",")
s = s:gsub("y", "%0z"):upper()
local f = load("local a = ... return a + 1, [[long]]")
assert(f(1) == 2)
local co = coroutine.wrap(function(a) local b = coroutine.yield(a) return b, pcall(error, "e") end)
co(1) co(2)
local ok = pcall(function() local x <close> = setmetatable({}, {__close = function() return {} end}) error({}) end)
for k, v in ("a=b, c=d"):gmatch("(%w+)=(%w+)") do t[k] = v end
setmetatable({}, {__gc = function() t.gc = {} end})
collectgarbage()
t.s = string.format("%q %s %5d", s, {}, 3) .. string.pack("z s", "a", "b")
xpcall(function() local x = nil + 1 end, debug.traceback)
pcall(require, "nonesuch")
pcall(string.rep, "x", -1)
local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
deep(150)
utf8.char(228, 8364)
