// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * nf.c - what a hook of netfilter costs as a BPF program (Linux 6.4 and later)
 *
 * The same jobs as those of lunatik_bench_nf.c and of bench/lua/nf-*.lua. `names` has the
 * names as they stand in a question; bpfcost fills it.
 */

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define NF_DROP		0
#define NF_ACCEPT	1
#define NAME_MAX	64
#define DNS_HEADER	12

struct sk_buff;
struct nf_hook_state;
struct bpf_nf_ctx {
	const struct nf_hook_state	*state;
	struct sk_buff			*skb;
};

extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags,
			       struct bpf_dynptr *ptr__uninit) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *ptr, __u32 offset,
			      void *buffer, __u32 buffer__szk) __ksym;

struct name {
	unsigned char text[NAME_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct name);
	__type(value, __u8);
} names SEC(".maps");

unsigned int sum;

SEC("netfilter") int accepts(void *ctx)
{
	(void)ctx;
	return NF_ACCEPT;
}

SEC("netfilter") int reads(struct bpf_nf_ctx *ctx)
{
	struct bpf_dynptr packet;
	struct iphdr buffer;
	const unsigned char *ip;

	if (bpf_dynptr_from_skb((void *)ctx->skb, 0, &packet))
		return NF_DROP;
	ip = bpf_dynptr_slice(&packet, 0, &buffer, sizeof(buffer));
	if (!ip)
		return NF_DROP;
	sum += ip[0] + ip[8] + ip[9];
	return NF_ACCEPT;
}

SEC("netfilter") int looks_up(struct bpf_nf_ctx *ctx)
{
	struct name name = {}, question = {};
	struct bpf_dynptr packet;
	struct udphdr udp_buffer;
	struct iphdr ip_buffer;
	const struct udphdr *udp;
	const struct iphdr *ip;
	unsigned int at, length, i;

	if (bpf_dynptr_from_skb((void *)ctx->skb, 0, &packet))
		return NF_DROP;
	ip = bpf_dynptr_slice(&packet, 0, &ip_buffer, sizeof(ip_buffer));
	if (!ip || ip->protocol != IPPROTO_UDP)
		return NF_ACCEPT;
	at = ip->ihl * 4;
	udp = bpf_dynptr_slice(&packet, at, &udp_buffer, sizeof(udp_buffer));
	if (!udp || udp->dest != bpf_htons(53))
		return NF_ACCEPT;
	length = bpf_ntohs(udp->len);
	if (length < sizeof(*udp) + DNS_HEADER)
		return NF_ACCEPT;
	length -= sizeof(*udp) + DNS_HEADER;
	if (length > NAME_MAX)
		length = NAME_MAX;
	if (bpf_dynptr_read(&question, length, &packet, at + sizeof(*udp) + DNS_HEADER, 0))
		return NF_ACCEPT;
	for (i = 0; i < NAME_MAX; i++) {
		name.text[i] = question.text[i];
		if (!name.text[i])
			break;
	}
	return bpf_map_lookup_elem(&names, &name) ? NF_DROP : NF_ACCEPT;
}

char _license[] SEC("license") = "Dual MIT/GPL";
