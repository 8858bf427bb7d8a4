// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * xdp.c - what an XDP program costs that decides itself, and one that asks a script
 *
 * bpfcost runs them with frames of its own. The scripts are bench/lua/xdp-*.lua.
 */

#include <stddef.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_luaxdp_run(char *key, size_t key__sz, struct xdp_md *ctx, void *arg,
			  size_t arg__sz) __ksym;

static char empty[] = "bench/xdp-empty";
static char bytes[] = "bench/xdp-bytes";
unsigned int sum;

static __always_inline int ask(char *key, size_t size, struct xdp_md *ctx)
{
	__u8 arg[4] = {};

	return bpf_luaxdp_run(key, size, ctx, arg, sizeof(arg));
}

SEC("xdp") int passes(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp") int reads(struct xdp_md *ctx)
{
	const unsigned char *at = (void *)(long)ctx->data;

	if (at + 24 > (const unsigned char *)(long)ctx->data_end)
		return XDP_DROP;
	sum += at[14] + at[22] + at[23];
	return XDP_PASS;
}

SEC("xdp") int asks_empty(struct xdp_md *ctx)
{
	return ask(empty, sizeof(empty), ctx);
}

SEC("xdp") int asks_bytes(struct xdp_md *ctx)
{
	return ask(bytes, sizeof(bytes), ctx);
}

char _license[] SEC("license") = "Dual MIT/GPL";
