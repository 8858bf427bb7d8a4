-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- For a runtime that never sleeps, which cannot have probes.

require("probe")
