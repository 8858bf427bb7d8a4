// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * ioctl.c - what ioctl does on a device
 *
 * A command carries the size of its argument and the direction it goes (_IO,
 * _IOW, _IOR, _IOWR), so user memory is read and written by what the command
 * says and by nothing that a script says: the caller's bytes become a string,
 * the script's string is cut or zero-padded to the size that the caller reserved.
 *
 * Contexts, ownership and errors as in file.c; besides, -ENOTTY for a command
 * that the driver does not know.
 */

#include <linux/ioctl.h>
#include <linux/uaccess.h>

#include "device.h"

static bool ioctl_writes(const struct luadevice_request *request)
{
	return _IOC_DIR(request->code) & _IOC_WRITE;
}

static bool ioctl_reads(const struct luadevice_request *request)
{
	return _IOC_DIR(request->code) & _IOC_READ;
}

static void ioctl_pusharg(lua_State *L, const struct luadevice_request *request)
{
	if (ioctl_writes(request))
		lua_pushlstring(L, request->data, request->len);
	else if (ioctl_reads(request))
		lua_pushinteger(L, request->len);
	else
		lua_pushinteger(L, request->arg);
}

/* the callback's first result: none is an unknown command */
static long ioctl_result(lua_State *L, int idx)
{
	lua_Integer result = luaL_optinteger(L, idx, -ENOTTY);

	if (result < -MAX_ERRNO || result > INT_MAX)
		luaL_error(L, "bad result (%I is neither an errno nor an int)", result);
	return result;
}

/* the callback's second result goes back to the caller; none leaves len at 0 */
static void ioctl_answer(lua_State *L, struct luadevice_request *request, size_t size)
{
	size_t len;
	const char *bytes = lua_tolstring(L, -1, &len);

	if (!bytes)
		return;
	request->len = size;
	memset(request->data, 0, size);
	memcpy(request->data, bytes, min(len, size));
}

static void do_ioctl(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luadevice_request *request = arg;
	size_t size = request->len;
	long result;

	request->result = -ENOTTY;
	if (!request_begin(L, object, "ioctl"))
		return;
	lua_pushinteger(L, request->code);
	ioctl_pusharg(L, request);
	request_call(L, request, 2, 2);

	result = ioctl_result(L, -2);
	request->len = 0;
	if (result >= 0 && ioctl_reads(request))
		ioctl_answer(L, request, size);
	request->result = result;
}

/* room for the argument of the command, with the caller's bytes if it has some */
static int ioctl_begin(struct luadevice_request *request, const void __user *from)
{
	if (ioctl_writes(request))
		return request_copyin(request, from);
	return ioctl_reads(request) ? request_alloc(request) : 0;
}

long luadevice_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	struct luadevice_request request;
	long ret = request_init(&request, filp, _IOC_SIZE(cmd), 0);

	if (ret)
		return ret;
	request.code = cmd;
	request.arg = arg;
	ret = ioctl_begin(&request, user);
	if (!ret)
		ret = lunatik_call(request.file->object, do_ioctl, &request) ?: request.result;
	if (ret >= 0 && ioctl_reads(&request) && copy_to_user(user, request.data, request.len))
		ret = -EFAULT;
	request_free(&request);
	return ret;
}
