#!/bin/sh
# Uploads the scripts with their library; the role needs no permission for the default one. -h says more.
set -eu
cd "$(dirname "$0")"

handler=identity.sh
files='*.sh lib'
variables=${QUEUE_URL:+QUEUE_URL=$QUEUE_URL}
. ../upload.sh
