/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef _LUNATIK_BUDGET_H
#define _LUNATIK_BUDGET_H

#define LUNATIK_SLICE		2000	/* fuel between two looks at the clock */
#define LUNATIK_REFUSALS	64	/* of memory that end an entry */

static inline bool lunatik_budget_suspended(struct lunatik_object *object)
{
	return READ_ONCE(object->suspended);
}

/* counts failures of the entry's object, or forgets the earlier ones. @err: 0 or an errno */
void lunatik_budget_judge(struct lunatik_entry *entry, int err);

/* raises when the entry must end, whatever fuel it has left */
void lunatik_budget_check(lua_State *L);

/* raises: the entry must end */
void lunatik_budget_end(lua_State *L, const char *why);

#endif /* _LUNATIK_BUDGET_H */
