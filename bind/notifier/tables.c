// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * tables.c - library "notifier": the constants that scripts see
 *
 * All numbers are the kernel's own, and what a kernel does not have its scripts do not
 * see. Nothing runs here.
 */

#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/vt.h>

#include "compat.h"
#include "notifier.h"

/***
 * What a function may return: DONE (don't care), OK, BAD (veto), STOP (nobody else is
 * told).
 * @table notify
 */
static const struct lunatik_constant notify_values[] = {
	{ "DONE",	NOTIFY_DONE },
	{ "OK",		NOTIFY_OK },
	{ "BAD",	NOTIFY_BAD },
	{ "STOP",	NOTIFY_STOP },
	{ }
};

#ifdef CONFIG_VT
/***
 * Events of keyboards: KEYCODE (comes first), UNBOUND_KEYCODE (after a KEYCODE that was
 * stopped or has no meaning), UNICODE, KEYSYM, POST_KEYSYM (after it was acted upon).
 * @table kbd
 */
static const struct lunatik_constant kbd_values[] = {
	{ "KEYCODE",		KBD_KEYCODE },
	{ "UNBOUND_KEYCODE",	KBD_UNBOUND_KEYCODE },
	{ "UNICODE",		KBD_UNICODE },
	{ "KEYSYM",		KBD_KEYSYM },
	{ "POST_KEYSYM",	KBD_POST_KEYSYM },
	{ }
};

/***
 * Events of virtual terminals: VT_ALLOCATE, VT_DEALLOCATE, VT_WRITE, VT_UPDATE,
 * VT_PREWRITE.
 * @table vt
 */
static const struct lunatik_constant vt_values[] = {
	{ "VT_ALLOCATE",	VT_ALLOCATE },
	{ "VT_DEALLOCATE",	VT_DEALLOCATE },
	{ "VT_WRITE",		VT_WRITE },
	{ "VT_UPDATE",		VT_UPDATE },
	{ "VT_PREWRITE",	VT_PREWRITE },
	{ }
};
#endif

/***
 * Events of network devices, named as in the kernel without NETDEV_: UP, DOWN, REGISTER,
 * UNREGISTER, CHANGENAME ...
 * @table netdev
 */
static const struct lunatik_constant netdev_values[] = {
	{ "UP",				NETDEV_UP },
	{ "DOWN",			NETDEV_DOWN },
	{ "REBOOT",			NETDEV_REBOOT },
	{ "CHANGE",			NETDEV_CHANGE },
	{ "REGISTER",			NETDEV_REGISTER },
	{ "UNREGISTER",			NETDEV_UNREGISTER },
	{ "CHANGEMTU",			NETDEV_CHANGEMTU },
	{ "CHANGEADDR",			NETDEV_CHANGEADDR },
	{ "PRE_CHANGEADDR",		NETDEV_PRE_CHANGEADDR },
	{ "GOING_DOWN",			NETDEV_GOING_DOWN },
	{ "CHANGENAME",			NETDEV_CHANGENAME },
	{ "FEAT_CHANGE",		NETDEV_FEAT_CHANGE },
	{ "BONDING_FAILOVER",		NETDEV_BONDING_FAILOVER },
	{ "PRE_UP",			NETDEV_PRE_UP },
	{ "PRE_TYPE_CHANGE",		NETDEV_PRE_TYPE_CHANGE },
	{ "POST_TYPE_CHANGE",		NETDEV_POST_TYPE_CHANGE },
	{ "POST_INIT",			NETDEV_POST_INIT },
#ifdef LUNATIK_HAVE_NETDEV_PRE_UNINIT
	{ "PRE_UNINIT",			NETDEV_PRE_UNINIT },
#endif
	{ "RELEASE",			NETDEV_RELEASE },
	{ "NOTIFY_PEERS",		NETDEV_NOTIFY_PEERS },
	{ "JOIN",			NETDEV_JOIN },
	{ "CHANGEUPPER",		NETDEV_CHANGEUPPER },
	{ "RESEND_IGMP",		NETDEV_RESEND_IGMP },
	{ "PRECHANGEMTU",		NETDEV_PRECHANGEMTU },
	{ "CHANGEINFODATA",		NETDEV_CHANGEINFODATA },
	{ "BONDING_INFO",		NETDEV_BONDING_INFO },
	{ "PRECHANGEUPPER",		NETDEV_PRECHANGEUPPER },
	{ "CHANGELOWERSTATE",		NETDEV_CHANGELOWERSTATE },
	{ "UDP_TUNNEL_PUSH_INFO",	NETDEV_UDP_TUNNEL_PUSH_INFO },
	{ "UDP_TUNNEL_DROP_INFO",	NETDEV_UDP_TUNNEL_DROP_INFO },
	{ "CHANGE_TX_QUEUE_LEN",	NETDEV_CHANGE_TX_QUEUE_LEN },
	{ "CVLAN_FILTER_PUSH_INFO",	NETDEV_CVLAN_FILTER_PUSH_INFO },
	{ "CVLAN_FILTER_DROP_INFO",	NETDEV_CVLAN_FILTER_DROP_INFO },
	{ "SVLAN_FILTER_PUSH_INFO",	NETDEV_SVLAN_FILTER_PUSH_INFO },
	{ "SVLAN_FILTER_DROP_INFO",	NETDEV_SVLAN_FILTER_DROP_INFO },
	{ "OFFLOAD_XSTATS_ENABLE",	NETDEV_OFFLOAD_XSTATS_ENABLE },
	{ "OFFLOAD_XSTATS_DISABLE",	NETDEV_OFFLOAD_XSTATS_DISABLE },
	{ "OFFLOAD_XSTATS_REPORT_USED",	NETDEV_OFFLOAD_XSTATS_REPORT_USED },
	{ "OFFLOAD_XSTATS_REPORT_DELTA", NETDEV_OFFLOAD_XSTATS_REPORT_DELTA },
#ifdef LUNATIK_HAVE_NETDEV_XDP_FEAT_CHANGE
	{ "XDP_FEAT_CHANGE",		NETDEV_XDP_FEAT_CHANGE },
#endif
	{ }
};

const struct lunatik_constants luanotifier_constants[] = {
	{ "notify",	notify_values },
#ifdef CONFIG_VT
	{ "kbd",	kbd_values },
	{ "vt",		vt_values },
#endif
	{ "netdev",	netdev_values },
	{ }
};
