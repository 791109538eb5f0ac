#!/bin/sh
# Uploads functions and scripts of Common Lisp. -h says more.
set -eu
cd "$(dirname "$0")"

handler=shout.cl-user::shout
files='shout.lisp echo.ros'
. ../upload.sh
