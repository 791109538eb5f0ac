#!/bin/sh
# Uploads a function of a shell. -h says more.
set -eu
cd "$(dirname "$0")"

handler=greet.hello
files=greet.sh
. ../upload.sh
