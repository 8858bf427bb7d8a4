#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# timeout: 600
#
# Everything that can be seen without running anything: one test for each check
# of tests/check/run (style, sparse, sizes, licences, documents).

set -eu

top=$(cd "$(dirname "$0")/../../.." && pwd)
"$top/tests/vm/deps.sh" check
exec "$top/tests/check/run" --ktap
