#!/bin/sh
# Fails, and logs that it ran: one run is one line.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
echo "one run" >&2
echo "a failure" >&2
exit 1
