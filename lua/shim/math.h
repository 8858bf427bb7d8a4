/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <math.h>: names in code that no value reaches */
#define fmod(a, b)	((a) % (b))
#define frexp(x, e)	((*(e) = 0), (x))
#define ldexp(x, e)	((void)(e), (x))
#define HUGE_VAL	0
