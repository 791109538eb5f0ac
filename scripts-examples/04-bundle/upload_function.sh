#!/bin/sh
# Makes one file of the script and what it imports, and uploads that. -h says more.
set -eu
cd "$(dirname "$0")"

handler=report.mjs
files='-j ../../dist/04-bundle/report.mjs'
prepare='npx esbuild src/report.ts --bundle --platform=node --format=esm --outfile=../../dist/04-bundle/report.mjs'
. ../upload.sh
