#!/bin/sh
# Uploads a script that is started once and answers many events. -h says more.
set -eu
cd "$(dirname "$0")"

handler=prime.ts
files='prime.ts prime.py'
variables=STDLAMBDA_MODE=loop
. ../upload.sh
