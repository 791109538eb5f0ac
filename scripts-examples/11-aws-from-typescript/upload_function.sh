#!/bin/sh
# Uploads the script; the SDK comes from a layer made by --with, or with RUNTIME=nodejs24.x from AWS. -h says more.
set -eu
cd "$(dirname "$0")"

handler=lines.ts
files=lines.ts
. ../upload.sh
