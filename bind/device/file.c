// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * file.c - what open, read, write, lseek, poll and close do on a device
 *
 * Each operation is one request: user memory is copied in before Lua is entered
 * and copied out after it was left, so the runtime is never owned while a page
 * is faulted in. In between, lunatik_call() runs a handler (do_...) protected,
 * in the task that made the system call.
 *
 * Called by the VFS in process context. A request lives on its caller's stack
 * and belongs to it alone. A file holds a reference to the device's object, so
 * nothing here outlives what it uses; the state that open() returned stays in
 * Lua's registry under file->state.
 *
 * Operations fail with what lunatik_call() says (-ENXIO after a stop, -ECANCELED
 * after a Lua error, -EDEADLK from inside the device's own runtime, -EINTR when
 * killed), with -ENXIO for a callback that is not there, -EPERM for a caller
 * without the capability, -EMSGSIZE for a write that is too long, -EFAULT and
 * -ENOMEM.
 */

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "device.h"

#define POLL_DEFAULT	(EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM)
#define POLL_GONE	(EPOLLHUP | EPOLLERR)

/* ------------------------------------------------------------------- a request */

int request_init(struct luadevice_request *request, struct file *filp, size_t len, loff_t offset)
{
	struct luadevice_file *file = filp->private_data;

	request->file = file;
	request->data = request->inlined;
	request->len = len;
	request->offset = offset;
	request->result = -ENXIO;
	return luadevice_permit(file->object);
}

void request_free(struct luadevice_request *request)
{
	if (request->data != request->inlined)
		kvfree(request->data);
}

int request_alloc(struct luadevice_request *request)
{
	if (request->len <= sizeof(request->inlined))
		return 0;
	request->data = kvmalloc(request->len, GFP_KERNEL_ACCOUNT);
	if (request->data)
		return 0;
	request->data = request->inlined;
	return -ENOMEM;
}

int request_copyin(struct luadevice_request *request, const void __user *from)
{
	int err = request_alloc(request);

	if (err)
		return err;
	return copy_from_user(request->data, from, request->len) ? -EFAULT : 0;
}

bool request_begin(lua_State *L, struct lunatik_object *object, const char *name)
{
	lunatik_object_pushvalue(L, object);
	if (lua_isnil(L, -1) || lua_getfield(L, -1, name) == LUA_TNIL)
		return false;
	lua_insert(L, -2);	/* callback, driver */
	return true;
}

void request_call(lua_State *L, struct luadevice_request *request, int nargs, int nresults)
{
	lua_rawgeti(L, LUA_REGISTRYINDEX, request->file->state);
	lua_call(L, nargs + 2, nresults);	/* and the driver, and the state */
}

void request_answer(struct luadevice_request *request, const char *bytes, size_t len)
{
	request->len = len;
	request->result = request_alloc(request);
	if (request->result)
		return;
	memcpy(request->data, bytes, len);
	request->result = len;
}

/* the new offset: the integer at @idx, or @len bytes further on */
static void request_setoffset(lua_State *L, int idx, struct luadevice_request *request, size_t len)
{
	loff_t next;

	if (check_add_overflow(request->offset, (loff_t)len, &next))
		next = LLONG_MAX;
	next = luaL_optinteger(L, idx, next);
	if (next < 0)
		luaL_error(L, "bad offset (%I is negative)", (lua_Integer)next);
	request->offset = next;
}

/* ---------------------------------------------------------- open and release(2) */

static void do_open(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luadevice_request *request = arg;

	if (!request_begin(L, object, "open"))
		return;
	lua_call(L, 1, 1);
	request->file->state = luaL_ref(L, LUA_REGISTRYINDEX);
	request->result = 0;
}

static int file_new(struct lunatik_object *object, struct file *filp);

static int luadevice_open(struct inode *inode, struct file *filp)
{
	struct lunatik_object *object = luadevice_get(iminor(inode));
	int err;

	if (!object)
		return -ENXIO;
	err = luadevice_permit(object);
	if (!err)
		err = file_new(object, filp);
	if (err)
		lunatik_putobject(object);
	return err;
}

/* frees a file whose state is not in Lua any more */
static void file_free(struct luadevice_file *file)
{
	lunatik_putobject(file->object);
	kfree(file);
}

/*
 * Once a file, even if a first try was ended halfway. The state's reference is
 * dropped first: release() may raise.
 */
static void do_release(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luadevice_file *file = arg;

	if (file->state == LUA_NOREF)
		return;
	lua_rawgeti(L, LUA_REGISTRYINDEX, file->state);
	luaL_unref(L, LUA_REGISTRYINDEX, file->state);
	file->state = LUA_NOREF;
	if (!request_begin(L, object, "release"))
		return;
	lua_rotate(L, 1, -1);	/* the state goes last */
	lua_call(L, 2, 0);
}

/* where nobody kills the waiter, and where no runtime is being visited */
static void file_retry(struct work_struct *work)
{
	struct luadevice_file *file = container_of(work, struct luadevice_file, retry);

	lunatik_call(file->object, do_release, file);
	file_free(file);
}

static int file_new(struct lunatik_object *object, struct file *filp)
{
	struct luadevice_request request = { .result = -ENXIO };
	struct luadevice_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	int err;

	if (!file)
		return -ENOMEM;

	file->object = object;
	file->state = LUA_NOREF;
	INIT_WORK(&file->retry, file_retry);
	request.file = file;
	filp->private_data = file;
	err = lunatik_call(object, do_open, &request) ?: request.result;
	if (err)
		kfree(file);
	return err;
}

/*
 * A closer that was killed while it waited, or that closes from inside the
 * device's own runtime, leaves the callback to the worker: release() runs once
 * for each open(), and the state is let go, whatever the closer's fate.
 */
static int luadevice_release(struct inode *inode, struct file *filp)
{
	struct luadevice_file *file = filp->private_data;
	int err = lunatik_call(file->object, do_release, file);

	if (err == -EINTR || err == -EDEADLK)
		queue_work(luadevice_workqueue, &file->retry);
	else
		file_free(file);
	return 0;
}

/* --------------------------------------------------------------------- read(2) */

static void do_read(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luadevice_request *request = arg;
	const char *bytes;
	size_t len = 0;

	if (!request_begin(L, object, "read"))
		return;
	lua_pushinteger(L, request->len);
	lua_pushinteger(L, request->offset);
	request_call(L, request, 2, 2);

	bytes = lua_tolstring(L, -2, &len);	/* not a string: the end of the file */
	len = bytes ? min(len, request->len) : 0;
	request_setoffset(L, -1, request, len);
	request_answer(request, bytes ?: "", len);
}

static ssize_t luadevice_read(struct file *filp, char __user *buf, size_t len, loff_t *off)
{
	struct luadevice_request request;
	long ret = request_init(&request, filp, len, *off);

	if (ret)
		return ret;
	ret = lunatik_call(request.file->object, do_read, &request) ?: request.result;
	if (ret > 0 && copy_to_user(buf, request.data, ret))
		ret = -EFAULT;
	if (ret >= 0)
		*off = request.offset;
	request_free(&request);
	return ret;
}

/* -------------------------------------------------------------------- write(2) */

static void do_write(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luadevice_request *request = arg;
	lua_Integer len = request->len;

	if (!request_begin(L, object, "write"))
		return;
	lua_pushlstring(L, request->data, request->len);
	lua_pushinteger(L, request->offset);
	request_call(L, request, 2, 2);

	len = clamp(luaL_optinteger(L, -2, len), (lua_Integer)0, len);
	request_setoffset(L, -1, request, len);
	request->result = len;
}

static ssize_t luadevice_write(struct file *filp, const char __user *buf, size_t len, loff_t *off)
{
	struct luadevice_request request;
	long ret = request_init(&request, filp, len, *off);

	if (ret)
		return ret;
	if (len > ((struct luadevice *)request.file->object->private)->maxwrite)
		return -EMSGSIZE;
	ret = request_copyin(&request, buf);
	if (!ret)
		ret = lunatik_call(request.file->object, do_write, &request) ?: request.result;
	if (ret >= 0)
		*off = request.offset;
	request_free(&request);
	return ret;
}

/* -------------------------------------------------------------------- lseek(2) */

static void do_lseek(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luadevice_request *request = arg;

	request->result = -EINVAL;
	if (!request_begin(L, object, "lseek")) {
		request->result = -EOPNOTSUPP;	/* asks for the default */
		return;
	}
	lua_pushinteger(L, request->offset);
	lua_pushinteger(L, request->code);
	request_call(L, request, 2, 1);
	if (lua_isnil(L, -1))
		return;
	request->offset = luaL_checkinteger(L, -1);
	request->result = request->offset < 0 ? -EINVAL : 0;
}

/*
 * Any place can be sought to, as head and dd do; the end is not known, which is
 * what makes tail read instead.
 */
static loff_t file_seek(struct file *filp, loff_t offset, int whence)
{
	switch (whence) {
	case SEEK_CUR:
		if (check_add_overflow(filp->f_pos, offset, &offset))
			return -EOVERFLOW;
		fallthrough;
	case SEEK_SET:
		return vfs_setpos(filp, offset, LLONG_MAX);
	default:
		return -EINVAL;
	}
}

static loff_t luadevice_llseek(struct file *filp, loff_t offset, int whence)
{
	struct luadevice_request request;
	int ret = request_init(&request, filp, 0, offset);

	if (ret)
		return ret;
	request.code = whence;
	ret = lunatik_call(request.file->object, do_lseek, &request) ?: request.result;
	if (ret == -EOPNOTSUPP)
		return file_seek(filp, offset, whence);
	return ret ?: vfs_setpos(filp, request.offset, LLONG_MAX);
}

/* --------------------------------------------------------------------- poll(2) */

/* what poll() returned: a mask, or whether it is readable and writable */
static __poll_t poll_mask(lua_State *L)
{
	lua_Integer mask = 0;

	if (lua_isinteger(L, -2)) {
		mask = lua_tointeger(L, -2);
	} else {
		if (lua_toboolean(L, -2))
			mask |= (__force u32)EPOLLIN;
		if (lua_toboolean(L, -1))
			mask |= (__force u32)EPOLLOUT;
	}
	return luadevice_pollmask(mask);
}

static void do_poll(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luadevice_request *request = arg;
	__poll_t mask = POLL_DEFAULT;

	if (request_begin(L, object, "poll")) {
		request_call(L, request, 0, 2);
		mask = poll_mask(L);
	}
	request->result = (__force u32)mask;
}

static __poll_t luadevice_poll(struct file *filp, poll_table *wait)
{
	struct luadevice_request request;
	int err = request_init(&request, filp, 0, 0);
	struct luadevice *device = request.file->object->private;

	poll_wait(filp, &device->pollers, wait);
	if (READ_ONCE(device->gone))
		return POLL_GONE;
	if (err)
		return EPOLLERR;

	err = lunatik_call(request.file->object, do_poll, &request);
	switch (err) {
	case 0:
		return (__force __poll_t)(u32)request.result;
	case -ENXIO:
		return POLL_GONE;
	case -EINTR:
		return 0;
	default:
		return EPOLLERR;
	}
}

const struct file_operations luadevice_fops = {
	.owner		= THIS_MODULE,
	.open		= luadevice_open,
	.release	= luadevice_release,
	.read		= luadevice_read,
	.write		= luadevice_write,
	.llseek		= luadevice_llseek,
	.poll		= luadevice_poll,
	.unlocked_ioctl	= luadevice_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};
