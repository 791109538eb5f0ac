#!/bin/sh
# Uploads a function that is written in its handler setting. -h says more.
set -eu
cd "$(dirname "$0")"

handler='(event)=>({length:event.text.length})'
files=words.ts
. ../upload.sh
