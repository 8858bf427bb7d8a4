/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* nothing: LUAI_TRY and LUAI_THROW are the port's own */
