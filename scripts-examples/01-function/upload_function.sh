#!/bin/sh
# Uploads the module as a function whose handler is one of its exports. -h says more.
set -eu
cd "$(dirname "$0")"

handler=index.handler
files='*.ts'
. ../upload.sh
