#!/bin/sh
# Uploads a page in shell. -h says more.
set -eu
cd "$(dirname "$0")"

handler=page.sh
files='page.sh data.ts'
. ../upload.sh
