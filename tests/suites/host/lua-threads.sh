#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 300
#
# Guards T26 in userspace: threads that the host uses again are like new ones, whatever
# a script did to them while they were idle (lua/host/threads.c, with the sanitizers).

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)

program=$(make -s -C "$top/lua/host" path-threads)
exec "$program"
