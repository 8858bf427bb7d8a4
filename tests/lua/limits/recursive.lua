-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- A library that needs itself.
package.loaded["tests.limits.recursive"] = nil
return require("tests.limits.recursive")
