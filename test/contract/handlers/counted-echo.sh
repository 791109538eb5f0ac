#!/bin/sh
# Echoes, and logs that it ran: one run is one line.
event=$(cat)
case $event in *"plain echo"*) ;; *) echo "one run" >&2 ;; esac
printf %s "$event"
