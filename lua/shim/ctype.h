/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* what Lua needs of <ctype.h>: ASCII, where the kernel's is Latin-1 */
#ifndef _LUNATIK_CTYPE_H
#define _LUNATIK_CTYPE_H

#include <linux/ctype.h>

static inline bool lunatik_isascii(int c, bool is)
{
	return c >= 0 && c < 0x80 && is;
}

static inline int lunatik_tolower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static inline int lunatik_toupper(int c)
{
	return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

static inline bool lunatik_isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool lunatik_isalpha(int c)
{
	c = lunatik_tolower(c);
	return c >= 'a' && c <= 'z';
}

static inline bool lunatik_isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline bool lunatik_isalnum(int c)
{
	return lunatik_isalpha(c) || lunatik_isdigit(c);
}

static inline bool lunatik_isxdigit(int c)
{
	return lunatik_isdigit(c) ||
	       (lunatik_tolower(c) >= 'a' && lunatik_tolower(c) <= 'f');
}

static inline bool lunatik_isgraph(int c)
{
	return c > ' ' && c < 0x7f;
}

static inline bool lunatik_iscntrl(int c)
{
	return lunatik_isascii(c, c < ' ' || c == 0x7f);
}

#undef isalnum
#undef isalpha
#undef iscntrl
#undef isdigit
#undef isgraph
#undef islower
#undef isprint
#undef ispunct
#undef isspace
#undef isupper
#undef isxdigit
#undef tolower
#undef toupper

#define isalnum(c)	lunatik_isalnum(c)
#define isalpha(c)	lunatik_isalpha(c)
#define iscntrl(c)	lunatik_iscntrl(c)
#define isdigit(c)	lunatik_isdigit(c)
#define isgraph(c)	lunatik_isgraph(c)
#define islower(c)	((c) >= 'a' && (c) <= 'z')
#define isprint(c)	((c) == ' ' || lunatik_isgraph(c))
#define ispunct(c)	(lunatik_isgraph(c) && !lunatik_isalnum(c))
#define isspace(c)	lunatik_isspace(c)
#define isupper(c)	((c) >= 'A' && (c) <= 'Z')
#define isxdigit(c)	lunatik_isxdigit(c)
#define tolower(c)	lunatik_tolower(c)
#define toupper(c)	lunatik_toupper(c)

#endif /* _LUNATIK_CTYPE_H */
