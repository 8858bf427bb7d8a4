/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * skb.h - what the files of library "skb" share
 */
#ifndef _LUASKB_H
#define _LUASKB_H

#include "compat.h"
#include "lunatik.h"
#include "lunatik_data.h"
#include "lunatik_skb.h"

/* where a view begins */
enum luaskb_layer {
	LUASKB_MAC,	/* the link layer's header; also the view of lunatik_skb_lendview() */
	LUASKB_NET,
	LUASKB_TRANSPORT,
	LUASKB_LAYERS
};

/* a view of the packet. `offset` is counted from skb->data on, and may be negative */
struct luaskb_view {
	struct lunatik_object	*view;		/* the skb's handle keeps it */
	int			offset;
	bool			lent;
};

/*
 * The private part of an skb object, which never leaves its runtime: all of it is
 * written and read by the owner of the runtime. `packet` is NULL between packets,
 * where the object itself was lent; where only its view was, nobody can look.
 */
struct luaskb {
	struct lunatik_loan		loan;
	struct lunatik_data_source	source;
	struct lunatik_packet		*packet;
	struct luaskb_view		views[LUASKB_LAYERS];
	unsigned int			nviews;
};

/* a header of the transport layer; `offset` is counted from skb->data on */
struct luaskb_transport {
	int		offset;
	unsigned int	length;		/* header and payload */
	u8		proto;
	bool		whole;		/* false: a fragment, the first one */
};

extern const struct lunatik_class luaskb_class;

/* skb.c */

/* the packet that an argument is; raises when it has gone */
struct luaskb *luaskb_check(lua_State *L, int idx);

/* the same for writing: raises "read only" */
struct luaskb *luaskb_checkwrite(lua_State *L, int idx, unsigned int allow);

/* raises what @err says */
int luaskb_raise(lua_State *L, int err);

/* packet.c */

/* where a header begins, counted from skb->data on. No link layer: the network's */
int luaskb_mac_offset(const struct sk_buff *skb);
int luaskb_net_offset(const struct sk_buff *skb);

/* bytes from the network layer's header on */
static inline unsigned int luaskb_length(const struct sk_buff *skb)
{
	return (int)skb->len - luaskb_net_offset(skb);
}

/* lets a view be the packet from @offset on */
void luaskb_lend(lua_State *L, struct luaskb *luaskb, enum luaskb_layer layer, int offset);

/* 0 when the bytes before @end, counted from skb->data on, may be written; or an errno */
int luaskb_writable(struct lunatik_packet *packet, int end);

/* the bytes lie somewhere else now, or are more, or fewer */
void luaskb_moved(struct luaskb *luaskb);

/* where the views began has moved: all become empty */
void luaskb_expire_views(struct luaskb *luaskb);

/* 0, or -ENOENT when @skb has none that can be found */
int luaskb_find_transport(const struct sk_buff *skb, struct luaskb_transport *transport);

/* is it of this library, and not of another that lends data? */
bool luaskb_is_source(const struct lunatik_data_source *source);

static inline struct luaskb *luaskb_of_source(struct lunatik_data_source *source)
{
	return container_of(source, struct luaskb, source);
}

/* resize.c */
int luaskb_resize(lua_State *L);
int luaskb_push(lua_State *L);
int luaskb_pull(lua_State *L);

/* checksum.c */
int luaskb_checksum(lua_State *L);
int luaskb_library_checksum(lua_State *L);

#endif /* _LUASKB_H */
