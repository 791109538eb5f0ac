#!/bin/sh
# Answers and ends, but a process in a session of its own holds on to its stdout and stderr.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
setsid sleep 4714 &
printf '"answered"'
