/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * hash.h - where integers go in the hash part of a table
 *
 * Lua takes the remainder of a division, so a script, or whoever chooses the
 * numbers that a script uses as keys, can make all of them fall into one chain:
 * growing such a table then takes quadratic time, in one instruction of the VM.
 * Here an odd secret multiplies the key and the upper bits are taken: two keys
 * collide with a probability of about two by the size of the table, whatever
 * they are. Included by one.c; the secret is one for all states, is set by the
 * first and never changes.
 */
#ifndef _LUNATIK_HASH_H
#define _LUNATIK_HASH_H

static unsigned long long luaE_hashkey;

static inline unsigned int luaE_hashinteger(lua_Unsigned i, unsigned int log2size)
{
	return (unsigned int)((i * luaE_hashkey) >> 1 >> (63 - log2size));
}

static unsigned long long luaE_newkey(void)
{
	return (unsigned long long)lunatik_vm_seed() << 32 | lunatik_vm_seed() | 1;
}

/* the seed of a new state's strings; any number of states may be made at once */
static unsigned int luaE_makeseed(void)
{
#ifdef __KERNEL__
	if (!READ_ONCE(luaE_hashkey))
		cmpxchg(&luaE_hashkey, 0, luaE_newkey());
#else
	if (!luaE_hashkey)
		luaE_hashkey = luaE_newkey();
#endif
	return lunatik_vm_seed();
}

#endif /* _LUNATIK_HASH_H */
