#!/bin/sh
# Prints its arguments, each in brackets.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
printf '[%s]' "$@"
