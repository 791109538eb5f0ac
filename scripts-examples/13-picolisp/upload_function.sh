#!/bin/sh
# Uploads a function of PicoLisp. -h says more.
set -eu
cd "$(dirname "$0")"

handler=total.total
files=total.l
. ../upload.sh
