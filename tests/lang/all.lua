-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- require "tests.lang.all" gives a function: all(file) runs one file of the
-- language suite and returns its KTAP text; all() returns the names of all
-- files, a line each, which is the list that the runners work through.

local T = require "tests.lang.harness"

local files = {
	"lexical", "numerals", "syntax", "arith", "bitwise", "compare", "control",
	"scope", "toclose", "metaarith", "metaindex", "gc", "weak", "coroutines",
	"yields", "base", "loads", "conversions", "errors", "strings", "patterns",
	"gsubs", "formats", "packs", "tables", "sorts", "mathlib", "utf8lib",
	"debuglib", "packagelib", "limits", "stack", "sandbox", "bugs",
}

local function isknown(file)
	for _, name in ipairs(files) do
		if name == file then
			return true
		end
	end
	return false
end

return function(file)
	if file == nil or file == "" then
		return table.concat(files, "\n")
	end
	if not isknown(file) then
		error("no file '" .. tostring(file) .. "' in the language suite", 2)
	end
	local path = assert(package.searchpath("tests.lang." .. file, package.path))
	local chunk = assert(loadfile(path, "t"))
	T.start(file, true)
	local text = chunk()
	T.start()	-- a later plain run of a file must not find silence
	return text
end
