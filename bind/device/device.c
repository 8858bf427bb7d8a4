// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * device.c - character devices whose driver is a Lua table
 *
 * Owns the objects of class "device", the numbers and names that they take, and
 * the nodes in /dev. What happens on an open file is in file.c and ioctl.c.
 *
 * One character device region and one cdev serve all devices: a minor number is
 * an index into `devices`, which finds the object. So no cdev dies with a device
 * that still has open files. `devices` refers to armed objects only, without a
 * reference of its own: the runtime has one from arm to disarm.
 *
 * Everything here runs in process context. `luadevice_lock` makes looking for a
 * name and taking it one step; the xarray's own lock makes looking up a minor
 * and taking a reference one step. Neither is held while Lua runs or raises.
 *
 * new() fails, in Lua, when the driver's table is wrong, when the name is not a
 * name or is taken, and when the kernel has no memory, number or node for it.
 */

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/poll.h>
#include <linux/security.h>
#include <linux/xarray.h>

#include "compat.h"
#include "device.h"

static char *luadevice_devnode(lunatik_devnode_device *dev, umode_t *mode);

#define LUADEVICE_POLLALL	((__force u32)(EPOLLIN | EPOLLOUT | EPOLLPRI))

/* what is in /sys/class/luadevice */
static struct class luadevice_sysfs = {
	.name		= "luadevice",
	.devnode	= luadevice_devnode,
};

static const struct lunatik_class luadevice_class;

struct workqueue_struct *luadevice_workqueue;

static DEFINE_XARRAY_ALLOC(devices);
static DEFINE_MUTEX(luadevice_lock);
static struct cdev luadevice_cdev;
static dev_t luadevice_base;

/* asked by devtmpfs for the permissions of the node; NULL: the name is the device's */
static char *luadevice_devnode(lunatik_devnode_device *dev, umode_t *mode)
{
	struct luadevice *device = dev_get_drvdata(dev);

	if (mode && device && device->mode)
		*mode = device->mode;
	return NULL;
}

struct lunatik_object *luadevice_get(unsigned int minor)
{
	struct lunatik_object *object;

	xa_lock(&devices);
	object = xa_load(&devices, minor);
	if (object)
		lunatik_getobject(object);
	xa_unlock(&devices);
	return object;
}

/*
 * A device with the lockdown flag gives what loading an unsigned module gives:
 * any code in the kernel. So it is closed when that is.
 */
int luadevice_permit(const struct lunatik_object *object)
{
	const struct luadevice *device = object->private;

	if (device->capability >= 0 && !capable(device->capability))
		return -EPERM;
	return device->lockdown ? security_locked_down(LOCKDOWN_MODULE_SIGNATURE) : 0;
}

/* ------------------------------------------------------- arm, disarm, release */

static bool luadevice_isname(const char *name)
{
	struct lunatik_object *object;
	unsigned long minor;

	lockdep_assert_held(&luadevice_lock);
	xa_for_each(&devices, minor, object) {
		const struct luadevice *device = object->private;

		if (strcmp(device->name, name) == 0)
			return true;
	}
	return false;
}

/* takes a minor and, with it, the name */
static int luadevice_reserve(struct lunatik_object *object)
{
	struct luadevice *device = object->private;
	int err = -EEXIST;

	mutex_lock(&luadevice_lock);
	if (!luadevice_isname(device->name))
		err = xa_alloc(&devices, &device->minor, object,
			       XA_LIMIT(0, LUADEVICE_MINORS - 1), GFP_KERNEL);
	mutex_unlock(&luadevice_lock);
	return err == -EBUSY ? -ENOSPC : err;
}

static void luadevice_unreserve(struct luadevice *device)
{
	mutex_lock(&luadevice_lock);
	xa_erase(&devices, device->minor);
	mutex_unlock(&luadevice_lock);
}

static int luadevice_arm(struct lunatik_object *object)
{
	struct luadevice *device = object->private;
	int err = luadevice_reserve(object);

	if (err)
		return err;

	device->node = device_create(&luadevice_sysfs, NULL, luadevice_base + device->minor, device,
				     "%s", device->name);
	if (IS_ERR(device->node)) {
		err = PTR_ERR(device->node);
		luadevice_unreserve(device);
	}
	return err;
}

/* does not wait for open files: they answer -ENXIO, and hold the module */
static void luadevice_disarm(struct lunatik_object *object)
{
	struct luadevice *device = object->private;

	WRITE_ONCE(device->gone, true);
	device_unregister(device->node);
	luadevice_unreserve(device);
	wake_up_poll(&device->pollers, EPOLLHUP | EPOLLERR);
}

/* ---------------------------------------------------------- check: the driver */

/* an optional integer field of the driver, between @min and @max */
static lua_Integer luadevice_optfield(lua_State *L, const char *key, lua_Integer def,
				      lua_Integer min, lua_Integer max)
{
	lua_Integer value = def;

	if (lua_getfield(L, 1, key) != LUA_TNIL) {
		if (!lua_isinteger(L, -1))
			luaL_error(L, "bad field '%s' (integer expected, got %s)", key,
				   luaL_typename(L, -1));
		value = lua_tointeger(L, -1);
		if (value < min || value > max)
			luaL_error(L, "bad field '%s' (%I is not between %I and %I)", key,
				   value, min, max);
	}
	lua_pop(L, 1);
	return value;
}

/*
 * What can be a node's name. '!' means '/' to devtmpfs; '%' would only wait for
 * somebody to use the name as a format.
 */
static bool luadevice_namechars(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = name[i];

		if (c < ' ' || c == 0x7f || strchr("/!%\\", c))
			return false;
	}
	return !strstr(name, "..") && strcmp(name, ".") != 0;
}

/* true when a device of ours, or anything in the caller's /dev, has the name */
static bool luadevice_taken(const char *name)
{
	char filename[sizeof("/dev/") + LUADEVICE_NAMELEN];
	struct path path;
	bool taken;

	mutex_lock(&luadevice_lock);
	taken = luadevice_isname(name);
	mutex_unlock(&luadevice_lock);
	if (taken)
		return true;

	snprintf(filename, sizeof(filename), "/dev/%s", name);
	if (kern_path(filename, 0, &path))
		return false;
	path_put(&path);
	return true;
}

static void luadevice_checkname(lua_State *L, char *to)
{
	const char *name;
	size_t len;

	lunatik_checkfield(L, 1, "name", LUA_TSTRING);
	name = lua_tolstring(L, -1, &len);
	if (len == 0 || len > LUADEVICE_NAMELEN)
		luaL_error(L, "bad field 'name' (1 to %d bytes expected, got %I)",
			   LUADEVICE_NAMELEN, (lua_Integer)len);
	if (!luadevice_namechars(name, len))
		luaL_error(L, "bad field 'name' ('%s' cannot be a device's name)", name);
	if (luadevice_taken(name))
		luaL_error(L, "device '%s' already exists", name);
	memcpy(to, name, len + 1);
	lua_pop(L, 1);
}

static void luadevice_check(lua_State *L, struct luadevice *device)
{
	init_waitqueue_head(&device->pollers);
	luadevice_checkname(L, device->name);
	device->mode = luadevice_optfield(L, "mode", 0, 0, 07777);
	device->maxwrite = luadevice_optfield(L, "maxwrite", LUADEVICE_MAXWRITE, 1, INT_MAX);
	device->capability = luadevice_optfield(L, "capability", -1, 0, CAP_LAST_CAP);
	lua_getfield(L, 1, "lockdown");
	device->lockdown = lua_toboolean(L, -1);
	lua_pop(L, 1);
}

/* -------------------------------------------------------------- what Lua calls */

/***
 * Creates a character device.
 *
 * The node /dev/`driver.name` exists when `new` returns. The runtime keeps the
 * device until it is stopped, so the result need not be kept.
 *
 * Fields of the driver:
 *
 * * `name`: string, 1 to 63 bytes, without control bytes and `/ ! % \ ..`
 * * `mode`: integer, the permission bits of the node; default 0600
 * * `open(driver)`: what it returns is the file's *state*, given to all others
 * * `read(driver, length, offset, state)`: returns a string [, new offset];
 *   nothing, or an empty string, is the end of the file
 * * `write(driver, bytes, offset, state)`: returns [length [, new offset]]
 * * `release(driver, state)`
 * * `lseek(driver, offset, whence, state)`: returns the new offset; whence is one
 *   of `device.seek`. Without it, `SET` and `CUR` work and `END` is refused
 * * `poll(driver, state)`: returns a mask made of `device.poll`, or two booleans,
 *   readable and writable. Without it a device always is both
 * * `ioctl(driver, cmd, arg, state)`: returns an integer (negative: an errno)
 *   [, string]; nothing is ENOTTY. `arg` is a string when the command says that
 *   the caller writes (`_IOW`), the size wanted when it only reads (`_IOR`), and
 *   the caller's integer otherwise
 * * `maxwrite`: integer, the longest write(2); default 1 MiB; EMSGSIZE beyond
 * * `capability`: integer, one of `linux.cap`: who opens, and whoever then reads,
 *   writes or asks, must have it; EPERM otherwise
 * * `lockdown`: true: refused when the kernel is locked down
 *
 * Callbacks are looked up at each call. One that is missing is ENXIO to the
 * caller (open, read, write), one that raises is ECANCELED and a line in the log.
 *
 * @function new
 * @tparam table driver
 * @treturn device
 * @raise `bad field ...`, `device '...' already exists`; a message of the kernel;
 *   "cannot sleep" outside process context
 * @usage device.new{name = "passwd", open = nop, read = function() return "x" end}
 */
static int luadevice_new(lua_State *L)
{
	struct lunatik_object *object;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	object = lunatik_object_new(L, &luadevice_class, sizeof(struct luadevice));
	luadevice_check(L, object->private);
	lunatik_object_arm(L, object, 1);
	return 1;
}

/***
 * Removes a device. Its open files answer ENXIO from then on.
 *
 * Also spelled `device.delete(dev)`, `dev:stop()` and `dev:delete()`; a variable
 * declared `<close>` does it at the end of its block.
 *
 * @function stop
 * @tparam device dev
 * @raise `null-pointer dereference` when it was stopped before; "cannot sleep"
 *   outside process context
 * @usage device.stop(dev)
 */
static int luadevice_stop(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &luadevice_class);

	if (!lunatik_object_disarm(L, object))
		luaL_argerror(L, 1, "null-pointer dereference");
	return 0;
}

static int luadevice_close(lua_State *L)
{
	lunatik_object_disarm(L, lunatik_object_check(L, 1, &luadevice_class));
	return 0;
}

/***
 * Wakes who waits in poll(2), select(2) or epoll(7); poll() is then asked again.
 *
 * Also spelled `dev:notify()`. May be called in any context, but that of a probe.
 *
 * @function device:wake
 * @tparam[opt] integer mask made of `device.poll`; default everything
 * @raise `null-pointer dereference` when the device was stopped
 * @usage dev:wake(device.poll.IN)
 */
static int luadevice_wake(lua_State *L)
{
	struct luadevice *device = lunatik_object_check(L, 1, &luadevice_class)->private;
	lua_Integer mask = luaL_optinteger(L, 2, LUADEVICE_POLLALL);

	if (READ_ONCE(device->gone))
		luaL_argerror(L, 1, "null-pointer dereference");
	wake_up_poll(&device->pollers, luadevice_pollmask(mask));
	return 0;
}

/* ------------------------------------------------------------------- the tables */

/***
 * Bits of `driver:poll()` and `dev:wake()`: IN, OUT, PRI, ERR, HUP.
 * @table poll
 */
static const struct lunatik_constant luadevice_poll_values[] = {
	{ "IN",		(__force u32)EPOLLIN },
	{ "OUT",	(__force u32)EPOLLOUT },
	{ "PRI",	(__force u32)EPOLLPRI },
	{ "ERR",	(__force u32)EPOLLERR },
	{ "HUP",	(__force u32)EPOLLHUP },
	{ }
};

/***
 * Whence of `driver:lseek()`: SET, CUR, END.
 * @table seek
 */
static const struct lunatik_constant luadevice_seek_values[] = {
	{ "SET",	SEEK_SET },
	{ "CUR",	SEEK_CUR },
	{ "END",	SEEK_END },
	{ }
};

static const struct lunatik_constants luadevice_constants[] = {
	{ "poll",	luadevice_poll_values },
	{ "seek",	luadevice_seek_values },
	{ }
};

static const struct lunatik_method luadevice_methods[] = {
	{ "stop",	luadevice_stop,	LUNATIK_SLEEPS },
	{ "delete",	luadevice_stop,	LUNATIK_SLEEPS },
	{ "__close",	luadevice_close,	LUNATIK_SLEEPS },
	{ "wake",	luadevice_wake,	LUNATIK_LOCKS },
	{ "notify",	luadevice_wake,	LUNATIK_LOCKS },
	{ }
};

static const struct lunatik_method luadevice_functions[] = {
	{ "new",	luadevice_new,	LUNATIK_SLEEPS },
	{ "stop",	luadevice_stop,	LUNATIK_SLEEPS },
	{ "delete",	luadevice_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class luadevice_class = {
	.name		= "device",
	.methods	= luadevice_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_SLEEPABLE | LUNATIK_PROCESS,
	.arm		= luadevice_arm,
	.disarm		= luadevice_disarm,
};

static const struct lunatik_class *const luadevice_classes[] = { &luadevice_class, NULL };

static struct lunatik_library luadevice_library = {
	.name		= "device",
	.functions	= luadevice_functions,
	.constants	= luadevice_constants,
	.classes	= luadevice_classes,
	.flags		= LUNATIK_SLEEPABLE,
	.owner		= THIS_MODULE,
};

/* ------------------------------------------------------------------- the module */

static int __init luadevice_numbers(void)
{
	int err = alloc_chrdev_region(&luadevice_base, 0, LUADEVICE_MINORS, "luadevice");

	if (err)
		return err;
	cdev_init(&luadevice_cdev, &luadevice_fops);
	luadevice_cdev.owner = THIS_MODULE;
	err = cdev_add(&luadevice_cdev, luadevice_base, LUADEVICE_MINORS);
	if (err)
		unregister_chrdev_region(luadevice_base, LUADEVICE_MINORS);
	return err;
}

static void luadevice_nonumbers(void)
{
	cdev_del(&luadevice_cdev);
	unregister_chrdev_region(luadevice_base, LUADEVICE_MINORS);
}

static int __init luadevice_init(void)
{
	int err = -ENOMEM;

	luadevice_workqueue = alloc_workqueue("luadevice", WQ_UNBOUND, 0);
	if (!luadevice_workqueue)
		return err;
	err = class_register(&luadevice_sysfs);
	if (err)
		goto err_workqueue;
	err = luadevice_numbers();
	if (err)
		goto err_class;
	err = lunatik_library_register(&luadevice_library);
	if (err)
		goto err_numbers;
	return 0;

err_numbers:
	luadevice_nonumbers();
err_class:
	class_unregister(&luadevice_sysfs);
err_workqueue:
	destroy_workqueue(luadevice_workqueue);
	return err;
}

static void __exit luadevice_exit(void)
{
	lunatik_library_unregister(&luadevice_library);
	luadevice_nonumbers();
	class_unregister(&luadevice_sysfs);
	destroy_workqueue(luadevice_workqueue);
	xa_destroy(&devices);
}

module_init(luadevice_init);
module_exit(luadevice_exit);

MODULE_DESCRIPTION("Lunatik: character devices in Lua");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-device");
