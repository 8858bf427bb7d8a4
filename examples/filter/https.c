// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * https.c - XDP program: asks the script examples/filter/sni about what clients send
 * to TCP port 443
 *
 *	make ebpf && sudo make ebpf_install
 *	sudo lunatik run examples/filter/sni false
 *	sudo xdp-loader load -m skb IFNAME /usr/local/lib/bpf/lunatik/https.o
 *
 * The script gets the frame, and where the headers of IP and TCP and the payload are in
 * it. What it says is done; when it says nothing (it does not run, it is stopping, it
 * has failed), the frame passes. So does all that is not TCP to port 443 over IPv4 or
 * IPv6, fragments, and IPv6 with extension headers.
 */

#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define HTTPS		443
#define FRAGMENT	0x3fff	/* more of them, or not the first */

extern int bpf_luaxdp_run(char *key, size_t key__sz, struct xdp_md *ctx, void *arg,
			  size_t arg__sz) __ksym;

static char script[] = "examples/filter/sni";

/* what the script gets besides the frame: offsets in it */
struct where {
	__u16 ip;
	__u16 tcp;
	__u16 payload;
	__u16 end;
};

static __always_inline int find_ipv4(void *data, void *end, struct where *where)
{
	struct iphdr *ip = data + sizeof(struct ethhdr);

	if ((void *)(ip + 1) > end || ip->version != 4 || ip->ihl < 5 ||
	    ip->protocol != IPPROTO_TCP || ip->frag_off & bpf_htons(FRAGMENT))
		return 0;
	where->tcp = where->ip + ip->ihl * 4;
	where->end = where->ip + bpf_ntohs(ip->tot_len);
	return 1;
}

static __always_inline int find_ipv6(void *data, void *end, struct where *where)
{
	struct ipv6hdr *ip = data + sizeof(struct ethhdr);

	if ((void *)(ip + 1) > end || ip->version != 6 || ip->nexthdr != IPPROTO_TCP)
		return 0;
	where->tcp = where->ip + sizeof(*ip);
	where->end = where->tcp + bpf_ntohs(ip->payload_len);
	return 1;
}

static __always_inline int find_ip(void *data, void *end, struct where *where)
{
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) > end)
		return 0;
	where->ip = sizeof(*eth);
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return find_ipv4(data, end, where);
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return find_ipv6(data, end, where);
	return 0;
}

static __always_inline int is_https(void *data, void *end, struct where *where)
{
	struct tcphdr *tcp = data + where->tcp;

	if ((void *)(tcp + 1) > end || tcp->dest != bpf_htons(HTTPS) || tcp->doff < 5)
		return 0;
	where->payload = where->tcp + tcp->doff * 4;
	return where->payload <= where->end;
}

SEC("xdp")
int filter_https(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct where where = {};
	int verdict;

	if (!find_ip(data, end, &where) || !is_https(data, end, &where))
		return XDP_PASS;
	verdict = bpf_luaxdp_run(script, sizeof(script), ctx, &where, sizeof(where));
	return verdict < 0 ? XDP_PASS : verdict;
}

char _license[] SEC("license") = "Dual MIT/GPL";
