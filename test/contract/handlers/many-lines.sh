#!/bin/sh
# Logs 5 MB in whole lines before it reads a byte, then a long last line, and fails.
yes "a line of a log that goes on and on and on and on and on and on" | head -c 5000000 >&2
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
echo >&2
head -c 1000000 /dev/zero | tr '\0' 'x' >&2
exit 1
