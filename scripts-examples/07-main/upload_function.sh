#!/bin/sh
# Uploads the script that exports main. -h says more.
set -eu
cd "$(dirname "$0")"

handler=greet.ts
files=greet.ts
. ../upload.sh
