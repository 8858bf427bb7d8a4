# SPDX-License-Identifier: MIT OR GPL-2.0-only
# shellcheck shell=bash
# For the stress suites: is memory as it was after the first few times? Sourced
# after core.sh.

KIBIBYTES=1024	# of growth that is noise

refs() { cat /sys/module/lunatik/refcnt; }

# Workers free behind the scenes; the objects' references to the module tell when
# they are done.
settled()
{
	lua 'collectgarbage()' >/dev/null
	[ "$(refs)" -le "$1" ]
}

# How much memory is in use that the kernel could not give back, in KiB.
in_use()
{
	wait_for 60 settled "$REFS" || echo "# $(refs) references, $REFS at first" >&2
	sync
	# free pages that a CPU keeps for itself, as many as 50 MiB, are not in MemFree
	awk -v page="$(($(getconf PAGESIZE) / 1024))" '
	/^(MemFree|Buffers|Cached|SReclaimable):/ { free += $2 } /^MemTotal:/ { total = $2 }
	$1 == "count:" { free += $2 * page }
	END { print total - free }' /proc/meminfo /proc/zoneinfo
}

# How many objects the kernel's allocators have handed out, where they tell.
objects() { awk '/^kmalloc-/ { n += $2 } END { print n + 0 }' /proc/slabinfo 2>/dev/null || echo 0; }

areas() { grep -vc unpurged /proc/vmallocinfo 2>/dev/null || echo 0; }

# flat NAME CYCLES COMMAND...: that many cycles take no more memory than a few of them
flat()
{
	local name=$1 cycles=$2 memory handed area

	shift 2
	"$@" $((cycles > 100 ? cycles / 20 : 5)) >/dev/null
	memory=$(in_use) handed=$(objects) area=$(areas)
	try "$name: $cycles times" "$@" "$cycles"
	sed 's/^/# /' "$KTAP_OUTPUT" | tail -n 1
	memory=$(($(in_use) - memory)) handed=$(($(objects) - handed)) area=$(($(areas) - area))
	echo "# grown by $memory KiB, $handed objects, $area areas of vmalloc"
	if [ "$memory" -lt "$KIBIBYTES" ] && [ "$handed" -lt $((cycles / 2 + 500)) ] && [ "$area" -lt 8 ]; then
		ok "$name: memory is flat"
	else
		not_ok "$name: memory is flat" "$memory KiB, $handed objects, $area areas"
	fi
}

# no_more_than KIB: is in use now
no_more_than() { [ "$(in_use)" -le "$1" ]; }

# back NAME KIB: so much memory is in use again, give or take a little, within a minute:
# workers free it, one after the other
back()
{
	try "$1" wait_for 60 no_more_than $(($2 + 2 * KIBIBYTES))
	echo "# grown by $(($(in_use) - $2)) KiB"
}

lua 'collectgarbage()' >/dev/null
REFS=$(refs)
