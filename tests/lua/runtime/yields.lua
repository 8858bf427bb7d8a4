-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Gives back what it gets, with a number in front that counts, without ever
-- returning; "return" makes it return, "fail" raise an error.
return function(...)
	local n, values = 0, table.pack(...)
	while values[1] ~= "return" do
		if values[1] == "fail" then
			error("told to fail")
		end
		n = n + 1
		values = table.pack(coroutine.yield(n, table.unpack(values, 1, values.n)))
	end
	return "returned", n
end
