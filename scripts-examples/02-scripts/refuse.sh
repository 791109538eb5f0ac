#!/bin/sh
echo "this half of an answer is never sent"
echo "no stock left" >&2
exit 3
