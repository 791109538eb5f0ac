#!/bin/sh
# Prints as many bytes as the event says.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
exec head -c "${event#bytes:}" /dev/zero
