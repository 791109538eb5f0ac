#!/bin/sh
# Uploads functions of Ruby. -h says more.
set -eu
cd "$(dirname "$0")"

handler=orders.Orders::Handler.process
files=orders.rb
. ../upload.sh
