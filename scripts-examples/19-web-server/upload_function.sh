#!/bin/sh
# Uploads a web server. -h says more.
set -eu
cd "$(dirname "$0")"

handler=server.ts
files='server.ts'
variables=STDLAMBDA_MODE=web
. ../upload.sh
