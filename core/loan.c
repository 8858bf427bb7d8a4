// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * loan.c - what scripts may use until their entry ends
 *
 * An entry owns a list of loans. When it leaves the runtime, whatever the reason,
 * each is taken back while the runtime is still owned: a script that kept the
 * object never sees what it referred to. While an entry has let go, its loans stay;
 * who lent waits for it.
 *
 * Contexts: the owner of the runtime, any. Allocates nothing; nothing fails.
 */
#include "core.h"

void lunatik_loan_begin(lua_State *L, struct lunatik_loan *loan)
{
	if (hlist_unhashed(&loan->node))
		lunatik_getobject(loan->object);
	else
		hlist_del(&loan->node);
	hlist_add_head(&loan->node, &lunatik_runtime_of(L)->entry->loans);
}
EXPORT_SYMBOL_GPL(lunatik_loan_begin);

void lunatik_loan_end(struct lunatik_loan *loan)
{
	if (hlist_unhashed(&loan->node))
		return;
	hlist_del_init(&loan->node);
	loan->expire(loan);
	lunatik_putobject(loan->object);
}
EXPORT_SYMBOL_GPL(lunatik_loan_end);

/* Needs: ownership. Leaves: @entry has lent nothing. */
void lunatik_loan_expire(struct lunatik_entry *entry)
{
	while (unlikely(!hlist_empty(&entry->loans)))
		lunatik_loan_end(hlist_entry(entry->loans.first, struct lunatik_loan, node));
}
