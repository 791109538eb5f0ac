#!/bin/sh
# Fails with status 3 and says why.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
echo "looking for space" >&2
echo "the disk is full: é" >&2
exit 3
