/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * device.h - what device.c (the object) and file.c, ioctl.c (its open files) share
 */
#ifndef _LUADEVICE_H
#define _LUADEVICE_H

#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/sizes.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "lunatik.h"

#define LUADEVICE_NAMELEN	63		/* bytes in a device's name */
#define LUADEVICE_MINORS	4096		/* devices at a time */
#define LUADEVICE_MAXWRITE	SZ_1M	/* bytes in one write(2) by default */
#define LUADEVICE_INLINE	128		/* bytes that need no allocation */

/*
 * The private part of a device. Written by check and arm only, before any file
 * can be opened; `gone` is written once more, by disarm.
 */
struct luadevice {
	wait_queue_head_t	pollers;
	struct device		*node;
	u32			minor;
	size_t			maxwrite;
	int			capability;	/* negative: none */
	umode_t			mode;
	bool			lockdown;
	bool			gone;
	char			name[LUADEVICE_NAMELEN + 1];
};

/*
 * An open file: holds a reference to the object, which answers -ENXIO for as
 * long as the file lives when the device is stopped before the file is closed.
 */
struct luadevice_file {
	struct lunatik_object	*object;
	struct work_struct	retry;	/* a release that could not get in */
	int			state;	/* Lua reference to what open() returned */
};

/* one operation on a file: what the caller asked, and what Lua answered */
struct luadevice_request {
	struct luadevice_file	*file;
	char			*data;		/* kernel copy of bytes in or out */
	size_t			len;
	loff_t			offset;
	unsigned long		arg;
	unsigned int		code;		/* ioctl's command, lseek's whence */
	long			result;
	char			inlined[LUADEVICE_INLINE];
};

/* Context of all of these: process; may sleep. */

/* the object whose minor it is, with a reference taken; or NULL */
struct lunatik_object *luadevice_get(unsigned int minor);

/* 0, or why the current task may not use the device now */
int luadevice_permit(const struct lunatik_object *object);

/* may this file be used, and how is @request to begin; 0 or a negative errno */
int request_init(struct luadevice_request *request, struct file *filp, size_t len, loff_t offset);
void request_free(struct luadevice_request *request);

/* makes room for request->len bytes in request->data; 0 or -ENOMEM */
int request_alloc(struct luadevice_request *request);

/* request->data becomes a copy of request->len bytes of user memory */
int request_copyin(struct luadevice_request *request, const void __user *from);

/*
 * request_begin() pushes the driver's callback @name and the driver; false when
 * there is none. The caller pushes arguments, then request_call() adds the
 * file's state and calls. Only in a handler of lunatik_call(); both may raise.
 */
bool request_begin(lua_State *L, struct lunatik_object *object, const char *name);
void request_call(lua_State *L, struct luadevice_request *request, int nargs, int nresults);

/* request->data becomes a copy of @len bytes of a Lua string; result: @len */
void request_answer(struct luadevice_request *request, const char *bytes, size_t len);

/* what a script calls a mask, with the bits that go with the plain ones */
static inline __poll_t luadevice_pollmask(lua_Integer bits)
{
	__poll_t mask = (__force __poll_t)(u32)bits;

	if (mask & EPOLLIN)
		mask |= EPOLLRDNORM;
	if (mask & EPOLLOUT)
		mask |= EPOLLWRNORM;
	return mask;
}

long luadevice_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

extern const struct file_operations luadevice_fops;
extern struct workqueue_struct *luadevice_workqueue;

#endif /* _LUADEVICE_H */
