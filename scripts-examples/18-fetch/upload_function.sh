#!/bin/sh
# Uploads a function of the Fetch API. -h says more.
set -eu
cd "$(dirname "$0")"

handler=app.fetch
files='app.ts'
. ../upload.sh
