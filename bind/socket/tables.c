// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * tables.c - library "socket": the constants
 *
 * Names are typed here, numbers come from the kernel's headers, so both are
 * those of the kernel that runs. A name that some kernels do not have is left out
 * there. Constant data: no context, no lock.
 */

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/socket.h>

#include "socket.h"

#define AF(name)	{ #name, AF_##name }
#define SOCK(name)	{ #name, SOCK_##name }
#define IPPROTO(name)	{ #name, IPPROTO_##name }
#define MSG(name)	{ #name, MSG_##name }

/***
 * Address families, without their AF_: UNSPEC, UNIX, LOCAL, INET, INET6, NETLINK,
 * PACKET, VSOCK ... MAX. DEC and DECnet are the same.
 * @table af
 * @usage local family = socket.af.INET
 */
static const struct lunatik_constant af_values[] = {
	AF(UNSPEC), AF(UNIX), AF(LOCAL), AF(INET), AF(AX25), AF(IPX), AF(APPLETALK),
	AF(NETROM), AF(BRIDGE), AF(ATMPVC), AF(X25), AF(INET6), AF(ROSE), AF(DECnet),
	AF(NETBEUI), AF(SECURITY), AF(KEY), AF(NETLINK), AF(ROUTE), AF(PACKET), AF(ASH),
	AF(ECONET), AF(ATMSVC), AF(RDS), AF(SNA), AF(IRDA), AF(PPPOX), AF(WANPIPE),
	AF(LLC), AF(IB), AF(MPLS), AF(CAN), AF(TIPC), AF(BLUETOOTH), AF(IUCV), AF(RXRPC),
	AF(ISDN), AF(PHONET), AF(IEEE802154), AF(CAIF), AF(ALG), AF(NFC), AF(VSOCK),
	AF(KCM), AF(QIPCRTR), AF(SMC), AF(XDP), AF(MCTP), AF(MAX),
	{ "DEC", AF_DECnet },
	{ }
};

/***
 * Types of sockets, without their SOCK_: STREAM, DGRAM, RAW, RDM, SEQPACKET, DCCP,
 * PACKET; and the flags NONBLOCK and CLOEXEC, of which the latter means nothing here.
 * @table sock
 * @usage local type = socket.sock.DGRAM
 */
static const struct lunatik_constant sock_values[] = {
	SOCK(STREAM), SOCK(DGRAM), SOCK(RAW), SOCK(RDM), SOCK(SEQPACKET), SOCK(DCCP),
	SOCK(PACKET), SOCK(CLOEXEC), SOCK(NONBLOCK),
	{ }
};

/***
 * Protocols of INET and INET6, without their IPPROTO_: IP, ICMP, TCP, UDP, ICMPV6 ...
 * @table ipproto
 * @usage local proto = socket.ipproto.TCP
 */
static const struct lunatik_constant ipproto_values[] = {
	IPPROTO(IP), IPPROTO(ICMP), IPPROTO(IGMP), IPPROTO(IPIP), IPPROTO(TCP),
	IPPROTO(EGP), IPPROTO(PUP), IPPROTO(UDP), IPPROTO(IDP), IPPROTO(TP),
	IPPROTO(DCCP), IPPROTO(IPV6), IPPROTO(RSVP), IPPROTO(GRE), IPPROTO(ESP),
	IPPROTO(AH), IPPROTO(MTP), IPPROTO(BEETPH), IPPROTO(ENCAP), IPPROTO(PIM),
	IPPROTO(COMP), IPPROTO(L2TP), IPPROTO(SCTP), IPPROTO(UDPLITE), IPPROTO(MPLS),
	IPPROTO(ETHERNET), IPPROTO(RAW), IPPROTO(MPTCP), IPPROTO(ICMPV6),
	{ }
};

/***
 * Flags of messages, without their MSG_: PEEK, DONTWAIT, WAITALL, TRUNC, OOB ...; which
 * of them `send` and `receive` take is said there.
 * @table msg
 * @usage local peeked = sock:receive(4, socket.msg.PEEK)
 */
static const struct lunatik_constant msg_values[] = {
	MSG(OOB), MSG(PEEK), MSG(DONTROUTE), MSG(TRYHARD), MSG(CTRUNC), MSG(PROBE),
	MSG(TRUNC), MSG(DONTWAIT), MSG(EOR), MSG(WAITALL), MSG(FIN), MSG(SYN),
	MSG(CONFIRM), MSG(RST), MSG(ERRQUEUE), MSG(NOSIGNAL), MSG(MORE), MSG(WAITFORONE),
	MSG(BATCH), MSG(EOF), MSG(ZEROCOPY), MSG(FASTOPEN), MSG(CMSG_CLOEXEC),
#ifdef MSG_SENDPAGE_NOPOLICY
	MSG(SENDPAGE_NOPOLICY),
#endif
#ifdef MSG_SENDPAGE_NOTLAST
	MSG(SENDPAGE_NOTLAST),
#endif
#ifdef MSG_NO_SHARED_FRAGS
	MSG(NO_SHARED_FRAGS),
#endif
#ifdef MSG_SENDPAGE_DECRYPTED
	MSG(SENDPAGE_DECRYPTED),
#endif
	{ }
};

const struct lunatik_constants luasocket_constants[] = {
	{ "af",		af_values },
	{ "sock",	sock_values },
	{ "ipproto",	ipproto_values },
	{ "msg",	msg_values },
	{ }
};
