// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * run.c - lunatik_run.ko: starts the driver of /dev/lunatik
 *
 * Loading it runs /lib/modules/lua/driver.lua; unloading it stops every script
 * that was started through the device, then the driver.
 */
#include "core.h"

static lunatik_object_t *driver;

static int __init lunatik_run_init(void)
{
	return lunatik_runtime(&driver, "driver", true);
}

static void __exit lunatik_run_exit(void)
{
	lunatik_stop(driver);
	lunatik_shutdown();
}

module_init(lunatik_run_init);
module_exit(lunatik_run_exit);
MODULE_DESCRIPTION("Lunatik: the control device");
MODULE_LICENSE("Dual MIT/GPL");
