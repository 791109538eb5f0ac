#!/bin/sh
# Never ends by itself; with "stubborn" in the event SIGTERM does not end it either.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
case $event in *stubborn*) trap '' TERM ;; esac
echo "hanging" >&2
sleep 4711 &
while :; do sleep 4712; done
