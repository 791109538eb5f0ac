#!/bin/sh
# Uploads all scripts; the argument is the one to be run. -h says more.
set -eu
cd "$(dirname "$0")"

handler=hello.ts
files='*.ts *.sh *.bash *.py *.pl *.awk'
. ../upload.sh
