// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * kprobe.c - probe.new(): the kernel's kprobes and return probes
 *
 * A probe is a kprobe (handlers pre, post), a kretprobe (ret), or both. They are
 * registered switched off: only then is it known where they are. Lunatik's own code is
 * refused there, as an event in the middle of it could not be told from those that it
 * hands on; everything else that the kernel allows is allowed.
 *
 * Handlers run with preemption off, those of a breakpoint with interrupts off and, on
 * x86, as if in an NMI. Most functions are probed without a breakpoint, by way of
 * ftrace. Between the two there is a third way, a jump in the place of the breakpoint,
 * which the kernel chooses when it likes to: one could not tell a real NMI then. A
 * kprobe with a post handler never gets one, so all that are not ftrace's have one.
 *
 * Those that are ftrace's never have: the kernel (6.1 to 7.3) forgets how a function is
 * armed when a second probe brings the first post handler, and leaves it armed when they
 * have gone. What post is for there, the instruction of the call to ftrace, is over
 * when the pre handler runs: that one calls both.
 *
 * Kprobes never nest on a CPU: a hit in a handler, or in an interrupt that came during
 * one, is skipped and counted in nmissed. Not all of them are counted: where ftrace
 * itself sees that it was called from within it does not get as far as the kprobe.
 *
 * Registering, enabling: process context. What can fail there is an errno.
 */

#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "probe.h"

/* calls that may be under way at once and be seen returning */
#define ACTIVE	256

/* the private part of a probe that probe.new() makes */
struct probe_kprobe {
	struct probe		probe;
	bool			handlers[PROBE_RET + 1];
	bool			registered;	/* kp is */
	bool			returns;	/* rp is */
	bool			ftrace;		/* kp is ftrace's */
	unsigned int		nmis;		/* that a hit of kp looks like */
	struct kprobe		kp;
	struct kretprobe	rp;
	char			symbol[];
};

static struct probe_kprobe *probe_kprobe_of(const struct probe *probe)
{
	return container_of(probe, struct probe_kprobe, probe);
}

/* ------------------------------------------------------------------------- hits */

static int probe_push_args(lua_State *L, const struct probe_hit *hit)
{
	int first = lua_gettop(L);

	lua_rawgeti(L, 1, PROBE_TARGET);
	if (hit->slot == PROBE_RET)
		lua_pushinteger(L, regs_return_value((struct pt_regs *)&hit->regs));
	lua_rawgeti(L, 1, PROBE_DUMP);
	return lua_gettop(L) - first;
}

/* inside the runtime, protected */
static void probe_kprobe_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct probe *probe = object->private;
	const struct probe_hit *hit = arg;

	lunatik_object_pushvalue(L, object);
	if (!lua_istable(L, 1) || lua_rawgeti(L, 1, hit->slot) != LUA_TFUNCTION)
		return;
	probe->hit = hit;
	lunatik_loan_begin(L, &probe->loan);
	lua_call(L, probe_push_args(L, hit), 0);
}

static void probe_hit(struct probe *probe, unsigned int nmis, enum probe_slot slot,
		      unsigned long where, const struct pt_regs *regs)
{
	struct probe_hit hit = {
		.slot = slot, .cpu = raw_smp_processor_id(), .pid = current->pid,
		.where = where, .regs = *regs,
	};

	BUILD_BUG_ON(sizeof(hit) > LUNATIK_RECORD_MAX);
	memcpy(hit.comm, current->comm, sizeof(hit.comm));
	probe_fire(probe, nmis, probe_kprobe_event, &hit, sizeof(hit));
}

/* as the kernel shows it to a post handler */
static void probe_post_ftrace(struct probe_kprobe *self, struct pt_regs *regs)
{
#ifdef CONFIG_KPROBES_ON_FTRACE
	unsigned long ip = instruction_pointer(regs);

	instruction_pointer_set(regs, (unsigned long)self->kp.addr + MCOUNT_INSN_SIZE);
	probe_hit(&self->probe, self->nmis, PROBE_POST, (unsigned long)self->kp.addr, regs);
	instruction_pointer_set(regs, ip);
#endif
}

static int probe_pre(struct kprobe *kp, struct pt_regs *regs)
{
	struct probe_kprobe *self = container_of(kp, struct probe_kprobe, kp);

	if (self->handlers[PROBE_PRE])
		probe_hit(&self->probe, self->nmis, PROBE_PRE, (unsigned long)kp->addr, regs);
	if (self->handlers[PROBE_POST] && self->ftrace)
		probe_post_ftrace(self, regs);
	return 0;
}

static void probe_post(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
	struct probe_kprobe *self = container_of(kp, struct probe_kprobe, kp);

	if (self->handlers[PROBE_POST])
		probe_hit(&self->probe, self->nmis, PROBE_POST, (unsigned long)kp->addr, regs);
}

static int probe_ret(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct kretprobe *rp = get_kretprobe(instance);
	struct probe_kprobe *self = container_of(rp, struct probe_kprobe, rp);

	if (rp)
		probe_hit(&self->probe, 0, PROBE_RET, get_kretprobe_retaddr(instance), regs);
	return 0;
}

/* ---------------------------------------------------------------- registration */

/* switched off; it is ftrace's, or it has a post handler */
static int probe_register_kp(struct probe_kprobe *self)
{
	struct kprobe *kp = &self->kp;
	int err;

	kp->pre_handler = probe_pre;
	kp->flags = KPROBE_FLAG_DISABLED;
	err = register_kprobe(kp);
	if (err)
		return err;
	self->ftrace = kp->flags & KPROBE_FLAG_FTRACE;
	if (self->ftrace)
		return 0;
	self->nmis = LUNATIK_BREAKPOINT_NMIS;
	unregister_kprobe(kp);
	kp->symbol_name = NULL;	/* it has the address now, and must not have both */
	kp->offset = 0;
	kp->post_handler = probe_post;
	kp->flags = KPROBE_FLAG_DISABLED;
	return register_kprobe(kp);
}

static int probe_register_rp(struct probe_kprobe *self)
{
	self->rp.handler = probe_ret;
	self->rp.maxactive = ACTIVE;
	self->rp.kp.flags = KPROBE_FLAG_DISABLED;
	return register_kretprobe(&self->rp);
}

static void probe_unregister(struct probe_kprobe *self)
{
	if (self->returns)
		unregister_kretprobe(&self->rp);
	if (self->registered)
		unregister_kprobe(&self->kp);
	self->returns = false;
	self->registered = false;
}

static int probe_register(struct probe_kprobe *self)
{
	bool *handlers = self->handlers;
	int err = 0;

	if (handlers[PROBE_PRE] || handlers[PROBE_POST] || !handlers[PROBE_RET]) {
		err = probe_register_kp(self);
		self->registered = !err;
	}
	if (!err && handlers[PROBE_RET]) {
		err = probe_register_rp(self);
		self->returns = !err;
	}
	return err;
}

static int probe_enable_all(struct probe_kprobe *self)
{
	int err = self->registered ? enable_kprobe(&self->kp) : 0;

	if (err || !self->returns)
		return err;
	err = enable_kretprobe(&self->rp);
	if (err && self->registered)
		disable_kprobe(&self->kp);
	return err;
}

static int probe_disable_all(struct probe_kprobe *self)
{
	int err = self->registered ? disable_kprobe(&self->kp) : 0;

	if (err || !self->returns)
		return err;
	return disable_kretprobe(&self->rp);
}

static bool probe_is_ours(struct probe_kprobe *self)
{
	const struct kprobe *kp = self->registered ? &self->kp : &self->rp.kp;

	return lunatik_library_owns((unsigned long)kp->addr);
}

/* ------------------------------------------------------------------- as a source */

static int probe_kprobe_connect(struct probe *probe)
{
	struct probe_kprobe *self = probe_kprobe_of(probe);
	int err = probe_register(self);

	if (!err && probe_is_ours(self))
		err = -EPERM;
	if (!err)
		err = probe_enable_all(self);
	if (err)
		probe_unregister(self);
	return err;
}

static void probe_kprobe_disconnect(struct probe *probe)
{
	probe_unregister(probe_kprobe_of(probe));
}

static int probe_kprobe_enable(struct probe *probe, bool on)
{
	struct probe_kprobe *self = probe_kprobe_of(probe);

	return on ? probe_enable_all(self) : probe_disable_all(self);
}

static unsigned long probe_kprobe_missed(const struct probe *probe)
{
	const struct probe_kprobe *self = probe_kprobe_of(probe);

	return READ_ONCE(self->kp.nmissed) + READ_ONCE(self->rp.kp.nmissed) +
	       READ_ONCE(self->rp.nmissed);
}

static const struct probe_source probe_kprobe_source = {
	.connect	= probe_kprobe_connect,
	.disconnect	= probe_kprobe_disconnect,
	.enable		= probe_kprobe_enable,
	.missed		= probe_kprobe_missed,
};

/* -------------------------------------------------------------- what Lua calls */

/* pushes the three functions, or nil */
static void probe_check_handlers(lua_State *L, int idx)
{
	static const char *const names[] = { "pre", "post", "ret" };
	size_t i;

	luaL_checktype(L, idx, LUA_TTABLE);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (lua_getfield(L, idx, names[i]) != LUA_TNIL && !lua_isfunction(L, -1))
			luaL_error(L, "bad field '%s' (function expected, got %s)", names[i],
				   luaL_typename(L, -1));
}

/* what the events need, from the arguments and handlers at 1 to 5 and the handle at 6 */
static void probe_push_slots(lua_State *L)
{
	int slot;

	lua_createtable(L, PROBE_SLOTS, 0);
	for (slot = PROBE_PRE; slot <= PROBE_RET; slot++) {
		lua_pushvalue(L, 2 + slot);
		lua_rawseti(L, -2, slot);
	}
	lua_pushvalue(L, 1);
	lua_rawseti(L, -2, PROBE_TARGET);
	lua_pushvalue(L, 6);
	lua_pushcclosure(L, probe_show, 1);
	lua_rawseti(L, -2, PROBE_DUMP);
}

/* "symbol" or "symbol+offset" */
static void probe_set_symbol(lua_State *L, struct kprobe *kp, char *symbol)
{
	char *plus = strchr(symbol, '+');

	if (plus) {
		*plus = '\0';
		if (kstrtouint(plus + 1, 0, &kp->offset))
			luaL_error(L, "symbol has a bad offset");
	}
	kp->symbol_name = symbol;
}

static void probe_set_target(lua_State *L, struct probe_kprobe *self, const char *symbol)
{
	if (symbol) {
		strscpy(self->symbol, symbol, strlen(symbol) + 1);
		probe_set_symbol(L, &self->kp, self->symbol);
	} else {
		self->kp.addr = lua_touserdata(L, 1);
	}
	self->rp.kp.symbol_name = self->kp.symbol_name;
	self->rp.kp.addr = self->kp.addr;
	self->rp.kp.offset = self->kp.offset;
}

/* instances of a kretprobe; there is no asking how large the kernel makes them */
static void probe_charge(lua_State *L, struct lunatik_object *object)
{
	size_t size = ACTIVE * (sizeof(struct kretprobe_instance) + 2 * sizeof(void *));

	if (!lunatik_object_charge(object, size))
		return;
	if (!lunatik_object_reclaim(L) || lunatik_object_charge(object, size))
		luaL_error(L, "not enough memory");
}

/***
 * Calls functions whenever the kernel gets to a place in its code.
 *
 * Fields of `handlers`, functions all of them, none is a must:
 *
 * * `pre(target, dump)`: before the instruction there
 * * `post(target, dump)`: after it
 * * `ret(target, value, dump)`: when the function that begins there returns; `value` is
 *   what the processor's register for results holds, so a shorter result has bits
 *   above it that mean nothing
 *
 * `target` is the first argument of `new`. What they return is ignored.
 *
 * `dump()` writes the registers and the stack to the kernel's log, soon after; not more
 * than once at a time for a probe, and five times in five seconds for all. It is for
 * the handler that got it: later it raises an error. When the hit had to wait for the
 * runtime, there still are its registers, but no stack.
 *
 * A hit comes with whatever locks the kernel holds at that place. So handlers must not
 * sleep; what takes locks of the kernel is refused in them; what they print comes a
 * little later. When the runtime is in use, up to 256 hits wait for it. The kernel leaves
 * out hits in a handler of a probe, or in an interrupt meanwhile, and so do NMIs: see
 * `probe:missed`.
 *
 * Lunatik's own code, and what the kernel has excluded itself, cannot be probed.
 *
 * @function new
 * @tparam string|lightuserdata target the symbol of a function, also with an offset in
 *   bytes behind it ("vfs_read+0x10", where an instruction begins); or an address
 * @tparam table handlers
 * @treturn probe also when it is not kept, it stays until the runtime is stopped
 * @raise `failed to register probe (-errno) on ...`, `bad field ...`,
 *   `symbol has a bad offset` and the like; "cannot sleep" outside process context
 * @usage probe.new("vfs_mkdir", {pre = function(symbol, dump) print(symbol) dump() end})
 */
int probe_new(lua_State *L)
{
	const char *symbol = NULL;
	struct lunatik_object *object;
	struct probe_kprobe *self;
	int slot;

	if (!lua_islightuserdata(L, 1))
		symbol = probe_checkname(L, 1, "symbol");
	lua_settop(L, 2);
	probe_check_handlers(L, 2);
	object = probe_create(L, &probe_kprobe_source,
			      sizeof(*self) + (symbol ? strlen(symbol) + 1 : 0),
			      sizeof(struct probe_hit));
	self = probe_kprobe_of(object->private);
	for (slot = PROBE_PRE; slot <= PROBE_RET; slot++)
		self->handlers[slot] = !lua_isnil(L, 2 + slot);
	probe_set_target(L, self, symbol);
	if (self->handlers[PROBE_RET])
		probe_charge(L, object);
	probe_push_slots(L);
	probe_arm(L, object, 7);
	lua_settop(L, 6);
	return 1;
}
