#!/bin/sh
# Answers and ends, but what it started holds on to its stdout and stderr.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
sleep 4713 &
printf '"answered"'
