// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * BPF programs to compare with.
 *
 *	bpfcost xdp FILE PROGRAM COUNT		how many nanoseconds one run of the XDP
 *		program takes, the median of three rows of COUNT
 *	bpfcost hook FILE PROGRAM COMMAND...	runs the command while the program is a
 *		hook of IPv4's LOCAL_OUT; 3 when this kernel has no such programs
 *
 * libbpf of Debian 12 does not know programs of netfilter yet: their numbers are those
 * of linux/bpf.h, Linux 6.4.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/netfilter.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "measure.h"

#define PROG_TYPE_NETFILTER	32
#define ATTACH_NETFILTER	45
#define NO_SUCH_PROGRAMS	3
#define NAMES			10000
#define NAME_MAX		64
#define HOST			4	/* the letters of "host" */

/* what BPF_LINK_CREATE reads for a hook of netfilter */
struct link_netfilter {
	__u32	prog_fd;
	__u32	target_fd;
	__u32	attach_type;
	__u32	flags;
	__u32	pf;
	__u32	hooknum;
	__s32	priority;
	__u32	hook_flags;
};

static void die(const char *what)
{
	fprintf(stderr, "bpfcost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct bpf_object *object(const char *file, const char *program, enum bpf_prog_type type,
				 enum bpf_attach_type attach)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	struct bpf_program *each;

	if (!object)
		die(file);
	bpf_object__for_each_program(each, object) {
		bpf_program__set_type(each, type);
		bpf_program__set_expected_attach_type(each, attach);
		bpf_program__set_autoload(each, !strcmp(bpf_program__name(each), program));
	}
	if (bpf_object__load(object))
		die(program);
	return object;
}

static int xdp(const char *file, const char *program, int count)
{
	unsigned char frame[60] = { [12] = 8, [14] = 0x45, [22] = 64, [23] = 17 };
	struct bpf_object *xdp = object(file, program, BPF_PROG_TYPE_XDP, 0);
	int fd = bpf_program__fd(bpf_object__find_program_by_name(xdp, program));
	long long rows[ROWS];

	for (int i = 0; i < ROWS; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame,
			    .data_size_in = sizeof(frame), .repeat = count);

		if (bpf_prog_test_run_opts(fd, &run))
			die("BPF_PROG_TEST_RUN");
		if (run.retval != XDP_PASS) {
			fprintf(stderr, "bpfcost: %s returns %d\n", program, (int)run.retval);
			return 1;
		}
		rows[i] = run.duration;
	}
	printf("%lld\n", median(rows));
	return 0;
}

/* hostN.example.com, as it stands in a question */
static void add_names(struct bpf_map *map)
{
	for (int i = 0; i < NAMES; i++) {
		unsigned char name[NAME_MAX] = "";
		int digits = sprintf((char *)name + 1, "host%d", i) - HOST;
		__u8 value = 1;

		name[0] = HOST + digits;
		memcpy(name + 1 + name[0], "\7example\3com", 13);
		if (bpf_map__update_elem(map, name, sizeof(name), &value, 1, BPF_ANY))
			die("names");
	}
}

/* this libbpf cannot be asked; the kernel's types can */
static int has_such_programs(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int found = btf && btf__find_by_name_kind(btf, "bpf_nf_ctx", BTF_KIND_STRUCT) > 0;

	btf__free(btf);
	return found;
}

static int hook(const char *file, const char *program, char **command)
{
	struct link_netfilter link = {
		.attach_type = ATTACH_NETFILTER,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = 1,
	};
	struct bpf_object *nf;
	int status;

	if (!has_such_programs())
		return NO_SUCH_PROGRAMS;
	nf = object(file, program, PROG_TYPE_NETFILTER, ATTACH_NETFILTER);
	add_names(bpf_object__find_map_by_name(nf, "names"));
	link.prog_fd = bpf_program__fd(bpf_object__find_program_by_name(nf, program));
	if (syscall(SYS_bpf, BPF_LINK_CREATE, &link, sizeof(link)) < 0)
		die("BPF_LINK_CREATE");
	if (fork() == 0) {
		execvp(command[0], command);
		die(command[0]);
	}
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "xdp"))
		return xdp(argv[2], argv[3], atoi(argv[4]));
	if (argc > 4 && !strcmp(argv[1], "hook"))
		return hook(argv[2], argv[3], argv + 4);
	fprintf(stderr, "usage: bpfcost xdp FILE PROGRAM COUNT | hook FILE PROGRAM COMMAND...\n");
	return 2;
}
