#!/bin/sh
# Uploads the files in two languages. -h says more.
set -eu
cd "$(dirname "$0")"

handler=words-javascript
files='words-*'
. ../upload.sh
