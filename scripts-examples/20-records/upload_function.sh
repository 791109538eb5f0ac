#!/bin/sh
# Uploads a script that runs once for each message of a queue. -h says more.
set -eu
cd "$(dirname "$0")"

handler=worker.sh
files='worker.sh'
variables=STDLAMBDA_BATCH=record,STDLAMBDA_STDIN=body
. ../upload.sh
