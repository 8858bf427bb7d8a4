// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * vm.c - the port's side of vm.h: fuel, dooms, and what hosts ask about a state
 *
 * Included by one.c. Called by whoever owns the Lua state, in any context. A
 * doom is an ordinary Lua error plus a flag that every catch point looks at
 * (patches/0002); its message is kept outside of Lua's memory, so that it can be
 * raised again after something in between failed to allocate, and so that
 * ending a runtime that is out of memory still says why.
 */

/* "file:line: " of the innermost Lua function, as error messages begin */
static size_t doom_where(lua_State *L, char *buf, size_t size)
{
	char source[LUA_IDSIZE];
	CallInfo *ci = L->ci;
	TString *name;

	while (ci && !isLua(ci))
		ci = ci->previous;
	if (!ci)
		return 0;
	name = ci_func(ci)->p->source;
	if (name)
		luaO_chunkid(source, getstr(name), tsslen(name));
	else
		strcpy(source, "?");
	return snprintf(buf, size, "%s:%d: ", source, luaG_getfuncline(ci_func(ci)->p,
			pcRel(ci->u.l.savedpc, ci_func(ci)->p)));
}

/*
 * Raises the doom that vm->reason tells of. Out of memory, the error that is
 * raised instead is as little catchable.
 */
static noinline void doom_raise(lua_State *L)
{
	L->fuel = -1;
	setsvalue2s(L, L->top.p, luaS_new(L, luaE_vm(L)->reason));
	L->top.p++;	/* there always is EXTRA_STACK */
	luaD_throw(L, LUA_ERRRUN);
}

void lunatik_vm_doom(lua_State *L, const char *fmt, ...)
{
	struct lunatik_vm *vm = luaE_vm(L);
	size_t len;
	va_list args;

	if (!vm->doomed) {
		vm->doomed = true;
		len = doom_where(L, vm->reason, sizeof(vm->reason));
		va_start(args, fmt);
		vsnprintf(vm->reason + len, sizeof(vm->reason) - len, fmt, args);
		va_end(args);
	}
	doom_raise(L);
}

void lunatik_vm_undoom(lua_State *L)
{
	luaE_vm(L)->doomed = false;
	luaE_vm(L)->overflow = false;
}

static noinline void luaE_refuel(lua_State *L)
{
	if (luaE_vm(L)->doomed)
		doom_raise(L);
	lunatik_vm_refuel(L);
}

/* more was charged than there was: the Lua function that runs is to look */
static noinline void luaE_trap(lua_State *L)
{
	CallInfo *ci = L->ci;

	while (ci && !isLua(ci))
		ci = ci->previous;
	if (ci)
		ci->u.l.trap = 1;
}

/* at a catch point: true when the error must go on to the next one */
static bool luaE_goeson(lua_State *L)
{
	luaE_vm(L)->overflow = false;
	return luaE_vm(L)->doomed && L->errorJmp;
}

/* at the end of a coroutine: its error becomes one of the thread that ran it */
static void luaE_passon(lua_State *L, lua_State *from)
{
	if (!from || !luaE_goeson(from))
		return;
	setobjs2s(from, from->top.p, L->top.p - 1);
	from->top.p++;
	from->fuel = -1;
	luaD_throw(from, LUA_ERRRUN);
}

void lunatik_vm_charge(lua_State *L, unsigned int n)
{
	luaE_charge(L, n);
}

void lunatik_vm_consume(lua_State *L)
{
	luaE_burn(L);
}

void lunatik_vm_setfuel(lua_State *L, int fuel)
{
	L->fuel = fuel;
}

int lunatik_vm_fuel(lua_State *L)
{
	return L->fuel;
}

bool lunatik_vm_gcdue(lua_State *L)
{
	return G(L)->gcstp == 0 && (G(L)->GCdebt > 0 || luaE_vm(L)->gcdeferred);
}

/* Lua shall collect as if it had allocated @n bytes more: what it holds keeps them */
void lunatik_vm_owe(lua_State *L, size_t n)
{
	luaE_setdebt(G(L), G(L)->GCdebt + (l_mem)(n < MAX_LMEM / 4 ? n : MAX_LMEM / 4));
}
