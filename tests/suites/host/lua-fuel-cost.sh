#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 600
#
# What fuel costs in loops, counted in instructions: at most 5%.

set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=tests/lib/ktap.sh
. "$top/tests/lib/ktap.sh"

if ! command -v valgrind >/dev/null; then
	plan 1
	skip 'fuel costs at most 5%' 'valgrind is not installed'
	exit
fi
table=$(make -s -C "$top/lua/host" fuel-cost)
plan "$(echo "$table" | grep -c '%$')"
echo "$table" | sed 's/^/# /'
echo "$table" | grep '%$' >"$KTAP_OUTPUT.rows"
trap 'rm -f "$KTAP_OUTPUT" "$KTAP_OUTPUT.rows"' EXIT
while read -r row; do
	cost=${row##* }	# +3.1% or -0.2%
	cost=${cost#+}
	try "at most 5%: $row" awk "BEGIN { exit !(${cost%\%} <= 5) }"
done <"$KTAP_OUTPUT.rows"
finish
