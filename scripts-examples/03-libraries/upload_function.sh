#!/bin/sh
# Uploads the scripts with the libraries beside them. -h says more.
set -eu
cd "$(dirname "$0")"

handler=greet.ts
files='greet.* package.json lib'
. ../upload.sh
