// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * mydevice.c - the C API's documented example, as a module
 *
 * Between the two rules stands the documented code, letter for letter; around it
 * is what a misc device needs. It is built out of tree, against an installed
 * Lunatik, so it shows as well that what is installed is enough.
 *
 * Everything runs in process context; lunatik_run() takes turns between readers.
 * insmod fails with what lunatik_runtime() says: -EINVAL when the script does not
 * load, -ENOMEM. @script is a parameter, to try the former.
 */

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

/* ---------------------------------------------------------------------------- */
#include <lunatik.h>

static lunatik_object_t *runtime;

static int l_read(lua_State *L, char *buf, size_t len, loff_t *off)
{
	size_t llen;
	const char *lbuf;

	lua_getglobal(L, "myread");
	lua_pushinteger(L, len);
	lua_pushinteger(L, *off);
	if (lua_pcall(L, 2, 2, 0) != LUA_OK) { /* calls myread(len, off) */
		pr_err("%s\n", lua_tostring(L, -1));
		return -ECANCELED;
	}

	lbuf = lua_tolstring(L, -2, &llen);
	llen = min(len, llen);
	if (copy_to_user(buf, lbuf, llen) != 0)
		return -EFAULT;

	*off = (loff_t)luaL_optinteger(L, -1, *off + llen);
	return (ssize_t)llen;
}

static ssize_t mydevice_read(struct file *f, char *buf, size_t len, loff_t *off)
{
	ssize_t ret;
	lunatik_object_t *runtime = (lunatik_object_t *)f->private_data;

	lunatik_run(runtime, l_read, ret, buf, len, off);
	return ret;
}

/* ---------------------------------------------------------------------------- */

static char *script = "mydevice";
module_param(script, charp, 0444);
MODULE_PARM_DESC(script, "name of the script, without .lua");

static int mydevice_open(struct inode *inode, struct file *f)
{
	f->private_data = runtime;
	return 0;
}

static const struct file_operations mydevice_fops = {
	.owner	= THIS_MODULE,
	.open	= mydevice_open,
	.read	= mydevice_read,
};

static struct miscdevice mydevice = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "mydevice",
	.fops	= &mydevice_fops,
	.mode	= 0444,
};

static int __init mydevice_init(void)
{
	int err = lunatik_runtime(&runtime, script, true);

	if (err)
		return err;
	err = misc_register(&mydevice);
	if (err)
		lunatik_stop(runtime);
	return err;
}

static void __exit mydevice_exit(void)
{
	misc_deregister(&mydevice);
	lunatik_stop(runtime);
}

module_init(mydevice_init);
module_exit(mydevice_exit);

MODULE_DESCRIPTION("Lunatik: the documented example of the C API");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
