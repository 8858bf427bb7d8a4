// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * journal.c - what scripts print and how they fail, kept by script
 *
 * Each script that has said something has a ring of its latest records, in which a
 * record that repeats the one before it only counts. It belongs to the name: all
 * runtimes of a script share it, and it stays when they are gone, until the rings of
 * too many other scripts came after it.
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
	u16	level;		/* as in KERN_ERR: a digit */
};

struct lunatik_journal {
	struct list_head	list;
	refcount_t		refs;		/* runtimes, readers, and the list */
	unsigned int		runtimes;	/* under list_lock */
	raw_spinlock_t		lock;		/* what follows */
	unsigned int		head, tail;	/* bytes; they run freely */
	unsigned int		last;		/* where the newest record is */
	char			*script;
	char			*ring;
};

/* those whose runtimes are gone stand in the order in which they went */
static LIST_HEAD(journals);
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

	if (journal->head == journal->tail)
		return false;
	get(journal, journal->last, &record, sizeof(record));
	if (record.length != new->length || record.level != new->level ||
	    record.times == U32_MAX ||
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
	};
	unsigned long flags = lunatik_lock(&journal->lock);

	record.seq = atomic64_inc_return(&seq);
	if (!repeat(journal, &record, text)) {
		make_room(journal, sizeof(record) + record.length);
		journal->last = journal->tail;
		put(journal, journal->tail, &record, sizeof(record));
		put(journal, journal->tail + sizeof(record), text, record.length);
		journal->tail += sizeof(record) + record.length;
	}
	lunatik_unlock(&journal->lock, flags);
}

/* ------------------------------------------------------------------- whose it is */

static void free(struct lunatik_journal *journal)
{
	kfree(journal->script);
	kfree(journal->ring);
	kfree(journal);
}

static void drop(struct lunatik_journal *journal)
{
	if (journal && refcount_dec_and_test(&journal->refs))
		free(journal);
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
		list_del(&found->list);
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
	free(journal);
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

/* the journal after @journal (NULL: the first) with a reference, and without @journal's */
static struct lunatik_journal *next_of(struct lunatik_journal *journal)
{
	unsigned long flags = lunatik_lock(&list_lock);
	struct list_head *next = journal ? journal->list.next : journals.next;
	struct lunatik_journal *found = NULL;

	/* one that was taken out meanwhile points to itself: the rest waits for next time */
	if (next != &journals && (!journal || next != &journal->list)) {
		found = list_entry(next, struct lunatik_journal, list);
		refcount_inc(&found->refs);
	}
	lunatik_unlock(&list_lock, flags);
	drop(journal);
	return found;
}

struct copy {
	char	*to;
	size_t	size;
	size_t	used;
};

static bool fits(const struct copy *copy, size_t length)
{
	return copy->size - copy->used >= sizeof(struct lunatik_line) + length;
}

static void add_name(struct copy *copy, const char *script)
{
	struct lunatik_line line = { .length = strlen(script) };

	memcpy(copy->to + copy->used, &line, sizeof(line));
	memcpy(copy->to + copy->used + sizeof(line), script, line.length);
	copy->used += sizeof(line) + line.length;
}

static void add_line(struct copy *copy, const struct lunatik_journal *journal,
		     unsigned int at, const struct record *record)
{
	struct lunatik_line line = {
		.seq = record->seq,
		.time = record->time,
		.times = record->times,
		.level = record->level,
		.length = record->length,
	};

	memcpy(copy->to + copy->used, &line, sizeof(line));
	get(journal, at + sizeof(*record), copy->to + copy->used + sizeof(line), line.length);
	copy->used += sizeof(line) + line.length;
}

static void copy_one(struct lunatik_journal *journal, u64 after, struct copy *copy)
{
	unsigned long flags = lunatik_lock(&journal->lock);
	struct record record;
	unsigned int at;

	for (at = journal->head; at != journal->tail; at += sizeof(record) + record.length) {
		get(journal, at, &record, sizeof(record));
		if (record.seq > after && fits(copy, record.length))
			add_line(copy, journal, at, &record);
	}
	lunatik_unlock(&journal->lock, flags);
}

/* bytes that lunatik_journal_copy() may need. Context: process */
size_t lunatik_journal_size(void)
{
	struct lunatik_journal *journal = NULL;
	size_t size = 0;

	/* headers here are no larger than in the ring; a name comes before each */
	while ((journal = next_of(journal)))
		size += RING_SIZE + sizeof(struct lunatik_line) + LUNATIK_NAME_MAX;
	return size;
}

/*
 * Copies all records later than @after: for each script a line of level 0, which is its
 * name, and its records in their order. What does not fit is left out.
 * Context: process. Return: bytes
 */
size_t lunatik_journal_copy(u64 after, char *to, size_t size)
{
	struct lunatik_journal *journal = NULL;
	struct copy copy = { .to = to, .size = size };

	while ((journal = next_of(journal))) {
		if (!fits(&copy, strlen(journal->script)))
			continue;
		add_name(&copy, journal->script);
		copy_one(journal, after, &copy);
	}
	return copy.used;
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
		list_del(&journal->list);
		drop(journal);
	}
}
