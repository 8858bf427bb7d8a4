// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * tables.c - library "linux": the constants
 *
 * Names are typed here, numbers come from the kernel's headers, so both are
 * those of the kernel that runs. Constant data: no context, no lock.
 */

#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/stat.h>

#include "linux.h"

#define CAP(name)	{ #name, CAP_##name }
#define ERRNO(name)	{ #name, E##name }
#define SIG(name)	{ #name, SIG##name }
#define STAT(name)	{ #name, S_##name }
#define TASK(name)	{ #name, TASK_##name }

/***
 * Modes of files: the bits of user, group and others (IRUSR, IWGRP, IXOTH ...),
 * of all at once (IRWXUGO, IALLUGO, IRUGO, IWUGO, IXUGO), ISUID, ISGID, ISVTX and
 * the types (IFMT, IFREG, IFDIR ...).
 * @table stat
 * @usage local mode = linux.stat.IRUGO
 */
static const struct lunatik_constant stat_values[] = {
	STAT(IFMT), STAT(IFSOCK), STAT(IFLNK), STAT(IFREG), STAT(IFBLK), STAT(IFDIR),
	STAT(IFCHR), STAT(IFIFO), STAT(ISUID), STAT(ISGID), STAT(ISVTX), STAT(IRWXU),
	STAT(IRUSR), STAT(IWUSR), STAT(IXUSR), STAT(IRWXG), STAT(IRGRP), STAT(IWGRP),
	STAT(IXGRP), STAT(IRWXO), STAT(IROTH), STAT(IWOTH), STAT(IXOTH), STAT(IRWXUGO),
	STAT(IALLUGO), STAT(IRUGO), STAT(IWUGO), STAT(IXUGO),
	{ }
};

/***
 * States of a task: RUNNING, INTERRUPTIBLE, UNINTERRUPTIBLE, KILLABLE, IDLE.
 * `linux.schedule` takes all but RUNNING.
 * @table task
 * @usage linux.schedule(100, linux.task.KILLABLE)
 */
static const struct lunatik_constant task_values[] = {
	TASK(RUNNING), TASK(INTERRUPTIBLE), TASK(UNINTERRUPTIBLE), TASK(KILLABLE), TASK(IDLE),
	{ }
};

/***
 * Numbers of errors, without their E: PERM, NOENT ... RANGE, and all others that
 * the kernel shows to programs. One that begins with a digit is `errno["2BIG"]`.
 * @table errno
 * @usage if err == linux.errno.NOENT then return end
 */
static const struct lunatik_constant errno_values[] = {
	ERRNO(PERM), ERRNO(NOENT), ERRNO(SRCH), ERRNO(INTR), ERRNO(IO), ERRNO(NXIO),
	ERRNO(2BIG), ERRNO(NOEXEC), ERRNO(BADF), ERRNO(CHILD), ERRNO(AGAIN), ERRNO(NOMEM),
	ERRNO(ACCES), ERRNO(FAULT), ERRNO(NOTBLK), ERRNO(BUSY), ERRNO(EXIST), ERRNO(XDEV),
	ERRNO(NODEV), ERRNO(NOTDIR), ERRNO(ISDIR), ERRNO(INVAL), ERRNO(NFILE),
	ERRNO(MFILE), ERRNO(NOTTY), ERRNO(TXTBSY), ERRNO(FBIG), ERRNO(NOSPC), ERRNO(SPIPE),
	ERRNO(ROFS), ERRNO(MLINK), ERRNO(PIPE), ERRNO(DOM), ERRNO(RANGE),

	ERRNO(DEADLK), ERRNO(NAMETOOLONG), ERRNO(NOLCK), ERRNO(NOSYS), ERRNO(NOTEMPTY),
	ERRNO(LOOP), ERRNO(WOULDBLOCK), ERRNO(NOMSG), ERRNO(IDRM), ERRNO(CHRNG),
	ERRNO(L2NSYNC), ERRNO(L3HLT), ERRNO(L3RST), ERRNO(LNRNG), ERRNO(UNATCH),
	ERRNO(NOCSI), ERRNO(L2HLT), ERRNO(BADE), ERRNO(BADR), ERRNO(XFULL), ERRNO(NOANO),
	ERRNO(BADRQC), ERRNO(BADSLT), ERRNO(DEADLOCK), ERRNO(BFONT), ERRNO(NOSTR),
	ERRNO(NODATA), ERRNO(TIME), ERRNO(NOSR), ERRNO(NONET), ERRNO(NOPKG), ERRNO(REMOTE),
	ERRNO(NOLINK), ERRNO(ADV), ERRNO(SRMNT), ERRNO(COMM), ERRNO(PROTO),
	ERRNO(MULTIHOP), ERRNO(DOTDOT), ERRNO(BADMSG), ERRNO(OVERFLOW), ERRNO(NOTUNIQ),
	ERRNO(BADFD), ERRNO(REMCHG), ERRNO(LIBACC), ERRNO(LIBBAD), ERRNO(LIBSCN),
	ERRNO(LIBMAX), ERRNO(LIBEXEC), ERRNO(ILSEQ), ERRNO(RESTART), ERRNO(STRPIPE),
	ERRNO(USERS), ERRNO(NOTSOCK), ERRNO(DESTADDRREQ), ERRNO(MSGSIZE), ERRNO(PROTOTYPE),
	ERRNO(NOPROTOOPT), ERRNO(PROTONOSUPPORT), ERRNO(SOCKTNOSUPPORT), ERRNO(OPNOTSUPP),
	ERRNO(PFNOSUPPORT), ERRNO(AFNOSUPPORT), ERRNO(ADDRINUSE), ERRNO(ADDRNOTAVAIL),
	ERRNO(NETDOWN), ERRNO(NETUNREACH), ERRNO(NETRESET), ERRNO(CONNABORTED),
	ERRNO(CONNRESET), ERRNO(NOBUFS), ERRNO(ISCONN), ERRNO(NOTCONN), ERRNO(SHUTDOWN),
	ERRNO(TOOMANYREFS), ERRNO(TIMEDOUT), ERRNO(CONNREFUSED), ERRNO(HOSTDOWN),
	ERRNO(HOSTUNREACH), ERRNO(ALREADY), ERRNO(INPROGRESS), ERRNO(STALE), ERRNO(UCLEAN),
	ERRNO(NOTNAM), ERRNO(NAVAIL), ERRNO(ISNAM), ERRNO(REMOTEIO), ERRNO(DQUOT),
	ERRNO(NOMEDIUM), ERRNO(MEDIUMTYPE), ERRNO(CANCELED), ERRNO(NOKEY),
	ERRNO(KEYEXPIRED), ERRNO(KEYREVOKED), ERRNO(KEYREJECTED), ERRNO(OWNERDEAD),
	ERRNO(NOTRECOVERABLE), ERRNO(RFKILL), ERRNO(HWPOISON),
	{ }
};

/***
 * Numbers of signals, without their SIG: HUP ... SYS.
 * @table signal
 * @usage linux.kill(pid, linux.signal.TERM)
 */
static const struct lunatik_constant signal_values[] = {
	SIG(HUP), SIG(INT), SIG(QUIT), SIG(ILL), SIG(TRAP), SIG(ABRT), SIG(IOT), SIG(BUS),
	SIG(FPE), SIG(KILL), SIG(USR1), SIG(SEGV), SIG(USR2), SIG(PIPE), SIG(ALRM),
	SIG(TERM), SIG(CHLD), SIG(CONT), SIG(STOP), SIG(TSTP), SIG(TTIN), SIG(TTOU),
	SIG(URG), SIG(XCPU), SIG(XFSZ), SIG(VTALRM), SIG(PROF), SIG(WINCH), SIG(IO),
	SIG(POLL), SIG(PWR), SIG(SYS),
#ifdef SIGSTKFLT	/* not on every architecture */
	SIG(STKFLT),
#endif
	{ }
};

/***
 * Numbers of capabilities, without their CAP_: CHOWN ... CHECKPOINT_RESTORE.
 * @table cap
 * @usage device.new{name = "x", capability = linux.cap.SYS_ADMIN}
 */
static const struct lunatik_constant cap_values[] = {
	CAP(CHOWN), CAP(DAC_OVERRIDE), CAP(DAC_READ_SEARCH), CAP(FOWNER), CAP(FSETID),
	CAP(KILL), CAP(SETGID), CAP(SETUID), CAP(SETPCAP), CAP(LINUX_IMMUTABLE),
	CAP(NET_BIND_SERVICE), CAP(NET_BROADCAST), CAP(NET_ADMIN), CAP(NET_RAW),
	CAP(IPC_LOCK), CAP(IPC_OWNER), CAP(SYS_MODULE), CAP(SYS_RAWIO), CAP(SYS_CHROOT),
	CAP(SYS_PTRACE), CAP(SYS_PACCT), CAP(SYS_ADMIN), CAP(SYS_BOOT), CAP(SYS_NICE),
	CAP(SYS_RESOURCE), CAP(SYS_TIME), CAP(SYS_TTY_CONFIG), CAP(MKNOD), CAP(LEASE),
	CAP(AUDIT_WRITE), CAP(AUDIT_CONTROL), CAP(SETFCAP), CAP(MAC_OVERRIDE),
	CAP(MAC_ADMIN), CAP(SYSLOG), CAP(WAKE_ALARM), CAP(BLOCK_SUSPEND), CAP(AUDIT_READ),
	CAP(PERFMON), CAP(BPF), CAP(CHECKPOINT_RESTORE),
	{ }
};

const struct lunatik_constants linux_constants[] = {
	{ "stat",	stat_values },
	{ "task",	task_values },
	{ "errno",	errno_values },
	{ "signal",	signal_values },
	{ "cap",	cap_values },
	{ }
};
