#!/bin/sh
# Uploads a function that is a program of the system; a package has to hold some file. -h says more.
set -eu
cd "$(dirname "$0")"

handler=cmd:tr,a-z%2C,A-Z_
files=README.md
. ../upload.sh
