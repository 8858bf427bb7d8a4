// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * xdptest.c - XDP programs for the suite "xdp"
 *
 * Each asks the script tests/xdp/hook, or one whose name is not quite that, and returns
 * what it says; 99 for less than 0, which programs can tell from what an action is.
 */

#include <stddef.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define NOTHING	99

extern int bpf_luaxdp_run(char *key, size_t key__sz, struct xdp_md *ctx, void *arg,
			  size_t arg__sz) __ksym;

static char name[] = "tests/xdp/hook";
static char padded[64] = "tests/xdp/hook\0and what was there before";
static char shorter[] = "tests/xdp/hoo";
static char longer[] = "tests/xdp/hook2";
static char empty[1] = "";
static char open_ended[14] = "tests/xdp/hook";		/* without a NUL */
static char rubbish[32] = "\377\376\1%n%s\200\177/../../etc/passwd\377\377\377\377";

static __always_inline int ask(char *key, size_t size, struct xdp_md *ctx)
{
	__u8 arg[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	int verdict = bpf_luaxdp_run(key, size, ctx, arg, sizeof(arg));

	/* the script may write to it */
	if (arg[7] != 8)
		return arg[7];
	return verdict < 0 ? NOTHING : verdict;
}

SEC("xdp") int asks(struct xdp_md *ctx) { return ask(name, sizeof(name), ctx); }
SEC("xdp") int asks_padded(struct xdp_md *ctx) { return ask(padded, sizeof(padded), ctx); }
SEC("xdp") int asks_shorter(struct xdp_md *ctx) { return ask(shorter, sizeof(shorter), ctx); }
SEC("xdp") int asks_longer(struct xdp_md *ctx) { return ask(longer, sizeof(longer), ctx); }
SEC("xdp") int asks_empty(struct xdp_md *ctx) { return ask(empty, sizeof(empty), ctx); }
SEC("xdp") int asks_open(struct xdp_md *ctx) { return ask(open_ended, sizeof(open_ended), ctx); }
SEC("xdp") int asks_rubbish(struct xdp_md *ctx) { return ask(rubbish, sizeof(rubbish), ctx); }
SEC("xdp.frags") int asks_frags(struct xdp_md *ctx) { return ask(name, sizeof(name), ctx); }

/* the length that the argument has comes with the packet */
SEC("xdp") int asks_sized(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	__u8 *bytes = (void *)(long)ctx->data, arg[255] = {};

	if (bytes + 16 > (__u8 *)end)
		return XDP_ABORTED;
	return bpf_luaxdp_run(name, sizeof(name), ctx, arg, bytes[15]);
}

/* what became of the frames, by verdict; the last is for all that is not an XDP action */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDP_REDIRECT + 2);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

static __always_inline int count(int verdict)
{
	__u32 slot = verdict < 0 || verdict > XDP_REDIRECT ? XDP_REDIRECT + 1 : verdict;
	__u64 *counter = bpf_map_lookup_elem(&verdicts, &slot);

	if (counter)
		__sync_fetch_and_add(counter, 1);
	return verdict < 0 ? XDP_PASS : verdict;
}

SEC("xdp") int counts(struct xdp_md *ctx)
{
	__u8 arg[8] = {};

	return count(bpf_luaxdp_run(name, sizeof(name), ctx, arg, sizeof(arg)));
}

char _license[] SEC("license") = "Dual MIT/GPL";
