#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 900
#
# The language suite (tests/lang) in userspace: plain, with the sanitizers and
# Lua's own assertions, and on a C stack as small as a kernel's. The kernels run
# the same files (suites/vm/lang). Guards T26, T29 and T30.

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/lang.sh
. "$top/tests/lib/lang.sh"

plain=$(make -s -C "$top/lua/host" path-plain)
asan=$(make -s -C "$top/lua/host" path-asan)

memory=268435456	# bytes, for a file
stack=14336

# under KIND FILE: the KTAP text of one file of the suite; without one, the list
under()
{
	kind=$1
	shift
	set -- --mem $memory --path "$top/?.lua" -e "print((require('tests.lang.all')(...)))" "$@"
	case $kind in
	plain) "$plain" "$@" ;;
	asan) "$asan" "$@" ;;
	small) "$plain" --stack $stack "$@" ;;
	esac
}

run_lang "plain asan small"
