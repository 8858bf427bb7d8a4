// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * run.c - lunatik_run.ko: lunatik._ENV, and the driver of /dev/lunatik
 *
 * Loading it makes the table that all runtimes share and runs
 * /lib/modules/lua/driver.lua; unloading it stops every script that was started
 * through the device, then the driver, and drops the table with all in it.
 */
#include "core.h"
#include "lunatik_rcu.h"

static lunatik_object_t *driver;

static int __init lunatik_run_init(void)
{
	lunatik_object_t *env = lunatik_rcu_new(0, GFP_KERNEL);
	int err;

	if (!env)
		return -ENOMEM;
	lunatik_setenv(env);
	err = lunatik_runtime(&driver, "driver", true);
	if (err)
		lunatik_setenv(NULL);
	return err;
}

static void __exit lunatik_run_exit(void)
{
	lunatik_stop(driver);
	lunatik_shutdown(NULL);
	lunatik_setenv(NULL);
}

module_init(lunatik_run_init);
module_exit(lunatik_run_exit);
MODULE_DESCRIPTION("Lunatik: the control device");
MODULE_LICENSE("Dual MIT/GPL");
