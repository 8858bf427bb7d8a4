// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * journal.c - what scripts print and how they fail, kept by script
 *
 * Each script that has said something has a ring of its latest records, in which a
 * record that repeats the one before it only counts. It belongs to the name: all
 * runtimes of a script share it, and it stays when they are gone, until the rings of
 * too many other scripts came after it.
 *
 * Records of all scripts have one sequence. A reader gets, page by page, those up to
 * where it was when it asked, so none that is written meanwhile is passed over. What it
 * has seen counts no further: the next that says the same is a new record.
 *
 * The kernel's log gets the same records. From events that come under any lock it gets
 * them a moment later, by way of an interrupt: printk() wakes whoever reads the log.
 *
 * Contexts: any, NMI included. A ring needs memory once, which is had when a hook is
 * registered or, where the allocator is out of reach, not at all: then only the
 * kernel's log has the record. A runtime that says something first when it is deep in a
 * recursion has no stack for the kernel to reclaim memory on, so no record waits for it.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include "core.h"

#define RING_SIZE	16384	/* a power of 2, and an allocation of its own */
#define LINE_MAX	4000	/* of a text; longer ones are cut */
#define FORGOTTEN	64	/* scripts that are gone, whose journals are kept */

struct record {
	u64	seq;
	u64	time;		/* ns since the epoch */
	u32	times;		/* it was said in a row */
	u16	length;		/* of the text, which follows */
	u8	level;		/* as in KERN_ERR: a digit */
	bool	cut;		/* the text was longer */
};

struct lunatik_journal {
	struct list_head	list;
	refcount_t		refs;		/* runtimes, readers, and the list */
	unsigned int		runtimes;	/* under list_lock */
	raw_spinlock_t		lock;		/* what follows */
	unsigned int		head, tail;	/* bytes; they run freely */
	unsigned int		last;		/* where the newest record is */
	bool			read;		/* somebody has seen that one */
	char			*script;
	char			*ring;
};

/* those whose runtimes are gone stand in the order in which they went */
static LIST_HEAD(journals);
static size_t njournals;
static DEFINE_RAW_SPINLOCK(list_lock);
static atomic64_t seq;

static DECLARE_WAIT_QUEUE_HEAD(readers);

/* ----------------------------------------------------------------------- the ring */

static void put(struct lunatik_journal *journal, unsigned int at, const void *from, size_t size)
{
	size_t room = RING_SIZE - at % RING_SIZE;

	memcpy(journal->ring + at % RING_SIZE, from, min(size, room));
	if (size > room)
		memcpy(journal->ring, from + room, size - room);
}

static void get(const struct lunatik_journal *journal, unsigned int at, void *to, size_t size)
{
	size_t room = RING_SIZE - at % RING_SIZE;

	memcpy(to, journal->ring + at % RING_SIZE, min(size, room));
	if (size > room)
		memcpy(to + room, journal->ring, size - room);
}

static bool same_text(const struct lunatik_journal *journal, unsigned int at, const char *text,
		      size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (journal->ring[(at + i) % RING_SIZE] != text[i])
			return false;
	return true;
}

/* Needs: the lock. Return: true when the newest record says the same, and now counts it */
static bool repeat(struct lunatik_journal *journal, const struct record *new, const char *text)
{
	struct record record;

	if (journal->head == journal->tail || journal->read)
		return false;
	get(journal, journal->last, &record, sizeof(record));
	if (record.length != new->length || record.level != new->level ||
	    record.cut != new->cut || record.times == U32_MAX ||
	    !same_text(journal, journal->last + sizeof(record), text, new->length))
		return false;
	record.seq = new->seq;
	record.time = new->time;
	record.times++;
	put(journal, journal->last, &record, sizeof(record));
	return true;
}

/* Needs: the lock. Leaves: room for @size bytes */
static void make_room(struct lunatik_journal *journal, size_t size)
{
	struct record record;

	while (RING_SIZE - (journal->tail - journal->head) < size) {
		get(journal, journal->head, &record, sizeof(record));
		journal->head += sizeof(record) + record.length;
	}
}

static void append(struct lunatik_journal *journal, char level, const char *text, size_t length)
{
	struct record record = {
		.time = ktime_get_real_fast_ns(),
		.times = 1,
		.length = min_t(size_t, length, LINE_MAX),
		.level = level,
		.cut = length > LINE_MAX,
	};
	unsigned long flags = lunatik_lock(&journal->lock);

	record.seq = atomic64_inc_return(&seq);
	if (!repeat(journal, &record, text)) {
		make_room(journal, sizeof(record) + record.length);
		journal->last = journal->tail;
		journal->read = false;
		put(journal, journal->tail, &record, sizeof(record));
		put(journal, journal->tail + sizeof(record), text, record.length);
		journal->tail += sizeof(record) + record.length;
	}
	lunatik_unlock(&journal->lock, flags);
}

/* ------------------------------------------------------------------- whose it is */

static void discard(struct lunatik_journal *journal)
{
	kfree(journal->script);
	kfree(journal->ring);
	kfree(journal);
}

static void drop(struct lunatik_journal *journal)
{
	if (journal && refcount_dec_and_test(&journal->refs))
		discard(journal);
}

/* Needs: list_lock. */
static struct lunatik_journal *find(const char *script)
{
	struct lunatik_journal *journal;

	list_for_each_entry(journal, &journals, list)
		if (strcmp(journal->script, script) == 0)
			return journal;
	return NULL;
}

/* Needs: list_lock, or that nobody else is left. */
static void take_out(struct lunatik_journal *journal)
{
	list_del(&journal->list);
	njournals--;
}

/*
 * Needs: list_lock. Return: the one whose last runtime went before all others', taken
 * out, if there are too many; or NULL
 */
static struct lunatik_journal *oldest(void)
{
	struct lunatik_journal *journal, *found = NULL;
	unsigned int n = 0;

	list_for_each_entry_reverse(journal, &journals, list)
		if (!journal->runtimes && ++n > FORGOTTEN)
			found = journal;
	if (found)
		take_out(found);
	return found;
}

static struct lunatik_journal *new(const char *script, gfp_t gfp)
{
	struct lunatik_journal *journal = kzalloc(sizeof(*journal), gfp);

	if (!journal)
		return NULL;
	raw_spin_lock_init(&journal->lock);
	refcount_set(&journal->refs, 1);
	journal->ring = kmalloc(RING_SIZE, gfp);
	journal->script = kstrdup(script, gfp);
	if (journal->ring && journal->script)
		return journal;
	discard(journal);
	return NULL;
}

/* Needs: list_lock. Leaves: @rt has @journal, unless it has it already */
static void give(struct lunatik_runtime *rt, struct lunatik_journal *journal)
{
	/* another entry, let in meanwhile, may have been first */
	if (!journal || READ_ONCE(rt->journal))
		return;
	journal->runtimes++;
	refcount_inc(&journal->refs);
	/* pairs with lunatik_journal_add(): what is in there can be seen with it */
	smp_store_release(&rt->journal, journal);
}

/*
 * Gives @rt the journal of its script. Does nothing when it has one, or when there is
 * no memory. Context: any that @gfp allows
 */
void lunatik_journal_open(struct lunatik_runtime *rt, gfp_t gfp)
{
	struct lunatik_journal *journal, *spare;
	unsigned long flags;

	if (READ_ONCE(rt->journal))
		return;
	spare = new(rt->script, gfp | __GFP_NOWARN);
	flags = lunatik_lock(&list_lock);
	journal = find(rt->script);
	if (!journal && spare) {
		journal = spare;
		spare = NULL;
		list_add_tail(&journal->list, &journals);
		njournals++;
	}
	give(rt, journal);
	lunatik_unlock(&list_lock, flags);
	drop(spare);
}

/* @rt goes; its journal stays, for as long as few enough follow it. Context: process */
void lunatik_journal_close(struct lunatik_runtime *rt)
{
	struct lunatik_journal *journal = rt->journal, *old = NULL;
	unsigned long flags;

	if (!journal)
		return;
	flags = lunatik_lock(&list_lock);
	if (!--journal->runtimes) {
		list_move_tail(&journal->list, &journals);
		old = oldest();
	}
	lunatik_unlock(&list_lock, flags);
	rt->journal = NULL;
	drop(old);
	drop(journal);
}

/* ------------------------------------------------------------------------ writing */

static void wake_readers(struct irq_work *work)
{
	wake_up_all(&readers);
}

static DEFINE_IRQ_WORK(wake_work, wake_readers);

void lunatik_journal_add(struct lunatik_runtime *rt, char level, const char *text, size_t length)
{
	/* pairs with give() */
	struct lunatik_journal *journal = smp_load_acquire(&rt->journal);

	if (!journal && !lunatik_isolated(rt)) {
		lunatik_journal_open(rt, GFP_ATOMIC);
		journal = READ_ONCE(rt->journal);
	}
	if (!journal)
		return;
	append(journal, level, text, length);
	if (wq_has_sleeper(&readers))
		irq_work_queue(&wake_work);
}

/* ------------------------------------------------------------------------ reading */

/* how many cursors lunatik_journal_read() may need. Context: any */
size_t lunatik_journal_count(void)
{
	return READ_ONCE(njournals);
}

/*
 * Gets references to the journals that @page wants.
 * Return: how many there are; if it is more than page->max, the others are left out
 */
static size_t collect(struct lunatik_page *page)
{
	unsigned long flags = lunatik_lock(&list_lock);
	struct lunatik_journal *journal;
	size_t n = 0;

	list_for_each_entry(journal, &journals, list) {
		if (page->script && strcmp(journal->script, page->script) != 0)
			continue;
		if (n < page->max) {
			refcount_inc(&journal->refs);
			page->cursors[n] = (struct lunatik_cursor){ .journal = journal };
		}
		n++;
	}
	lunatik_unlock(&list_lock, flags);
	return n;
}

/* Needs: the lock. Leaves: @cursor at the first record later than @after, if any */
static void seek(struct lunatik_cursor *cursor, u64 after, struct record *record)
{
	struct lunatik_journal *journal = cursor->journal;

	/* overwritten meanwhile? Both run freely */
	if (journal->tail - cursor->at > journal->tail - journal->head)
		cursor->at = journal->head;
	for (; cursor->at != journal->tail; cursor->at += sizeof(*record) + record->length) {
		get(journal, cursor->at, record, sizeof(*record));
		cursor->seq = record->seq;
		if (record->seq > after)
			return;
	}
	cursor->seq = U64_MAX;
}

static void start(struct lunatik_cursor *cursor, u64 after)
{
	struct lunatik_journal *journal = cursor->journal;
	unsigned long flags = lunatik_lock(&journal->lock);
	struct record record;

	cursor->at = journal->head;
	seek(cursor, after, &record);
	journal->read = true;
	lunatik_unlock(&journal->lock, flags);
}

/* Return: the cursor whose record is the earliest; its seq is U64_MAX when there is none */
static struct lunatik_cursor *earliest(const struct lunatik_page *page, size_t n)
{
	struct lunatik_cursor *found = &page->cursors[0];
	size_t i;

	for (i = 1; i < n; i++)
		if (page->cursors[i].seq < found->seq)
			found = &page->cursors[i];
	return found;
}

/* Needs: the lock, room. */
static void add_line(struct lunatik_page *page, const struct lunatik_cursor *cursor,
		     const struct record *record)
{
	struct lunatik_journal *journal = cursor->journal;
	struct lunatik_line line = {
		.seq = record->seq,
		.time = record->time,
		.times = record->times,
		.length = record->length,
		.level = record->level,
		.cut = record->cut,
		.name = strlen(journal->script),
	};
	char *to = page->to + page->used;

	memcpy(to, &line, sizeof(line));
	memcpy(to + sizeof(line), journal->script, line.name);
	get(journal, cursor->at + sizeof(*record), to + sizeof(line) + line.name, line.length);
	page->used += sizeof(line) + line.name + line.length;
}

/*
 * Copies the record at @cursor, and goes to the next one.
 * Return: false when there is no room for it
 */
static bool copy_record(struct lunatik_page *page, struct lunatik_cursor *cursor)
{
	struct lunatik_journal *journal = cursor->journal;
	unsigned long flags = lunatik_lock(&journal->lock);
	u64 seq = cursor->seq;
	struct record record;
	bool room = true;

	seek(cursor, seq - 1, &record);
	if (cursor->seq == seq) {	/* it has not gone meanwhile, nor been said again */
		room = page->size - page->used >=
		       sizeof(struct lunatik_line) + LUNATIK_NAME_MAX + record.length;
		if (room) {
			add_line(page, cursor, &record);
			seek(cursor, seq, &record);
		}
	}
	lunatik_unlock(&journal->lock, flags);
	return room;
}

/* the records of @n journals up to page->covered, in their order, as far as there is room */
static void copy_records(struct lunatik_page *page, size_t n)
{
	struct lunatik_cursor *cursor;
	size_t i;

	for (i = 0; i < n; i++) {
		start(&page->cursors[i], page->after);
		cond_resched();
	}
	for (;;) {
		cursor = earliest(page, n);
		if (cursor->seq > page->covered)
			return;
		if (!copy_record(page, cursor)) {
			page->covered = cursor->seq - 1;
			return;
		}
		cond_resched();
	}
}

/*
 * Reads a page. Leaves: in page->used the bytes that it takes; in page->covered how far it
 * goes, which is what the next one comes after; in page->now where the newest record
 * was; in page->known whether there is anything of that script.
 * Context: process. Return: false when there are more journals than cursors
 */
bool lunatik_journal_read(struct lunatik_page *page)
{
	size_t i, n, found;

	/* before the journals are looked at: what they get meanwhile comes later */
	page->covered = max_t(u64, atomic64_read(&seq), page->after);
	found = collect(page);
	n = min(found, page->max);
	if (n && n == found)
		copy_records(page, n);
	for (i = 0; i < n; i++)
		drop(page->cursors[i].journal);
	page->known = found;
	page->now = atomic64_read(&seq);
	return n == found;
}

/* waits for a record later than @after. Return: as wait_event_interruptible_timeout() */
long lunatik_journal_wait(u64 after, long timeout)
{
	return wait_event_interruptible_timeout(readers, (u64)atomic64_read(&seq) > after, timeout);
}

/* the module goes. Context: process */
void lunatik_journal_exit(void)
{
	struct lunatik_journal *journal, *next;

	irq_work_sync(&wake_work);
	list_for_each_entry_safe(journal, next, &journals, list) {
		take_out(journal);
		drop(journal);
	}
}
