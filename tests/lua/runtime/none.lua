-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- Has no entry function.
return 42
