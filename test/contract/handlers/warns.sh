#!/bin/sh
# Succeeds with something on stderr.
cat
echo "this is a warning" >&2
