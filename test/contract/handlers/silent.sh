#!/bin/sh
# Succeeds without a word.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event" ;; esac
