/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * text.h - integers as text, without printf
 *
 * Every error message has a line number in it, so this runs where little stack
 * is left. Included by one.c; pure functions.
 */
#ifndef _LUNATIK_TEXT_H
#define _LUNATIK_TEXT_H

/* writes @n to @s, which has room for 21 bytes; returns the length */
static int luaE_int2str(char *s, lua_Integer n)
{
	lua_Unsigned u = n < 0 ? 0u - (lua_Unsigned)n : (lua_Unsigned)n;
	char digits[20];
	int len = 0;
	int i = 0;

	do {
		digits[i++] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (n < 0)
		s[len++] = '-';
	while (i > 0)
		s[len++] = digits[--i];
	s[len] = '\0';
	return len;
}

#endif /* _LUNATIK_TEXT_H */
