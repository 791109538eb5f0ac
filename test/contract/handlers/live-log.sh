#!/bin/sh
# Logs a line a good while before it answers.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
echo "early line" >&2
sleep 1
printf '"late answer"'
