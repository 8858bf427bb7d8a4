-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- echod: sends back what it is sent, at TCP port 1337 of 127.0.0.1
--
--   $ sudo lunatik spawn examples/echod/daemon
--   $ nc 127.0.0.1 1337
--   hello kernel!
--   hello kernel!
--   $ sudo lunatik stop examples/echod/daemon
--
-- worker.lua is what each connection runs, in a thread echod/worker<N>.

local crew = require("examples/crew")

local server = crew.listen(1337) -- here, so that `lunatik spawn` says it when the port is taken

return function()
	print("echod [daemon]: started")
	crew.serve(server, {script = "examples/echod/worker", name = "echod/worker"})
	print("echod [daemon]: stopped")
end
