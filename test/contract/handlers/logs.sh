#!/bin/sh
# Writes a log line in parts, more lines, and a last one without its newline.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
printf 'written ' >&2
sleep 0.1
printf 'in ' >&2
sleep 0.1
printf 'parts\n' >&2
printf 'a second line: é😀\nERROR a third line\n\n' >&2
printf '{"level":"WARN","message":"json line","answer":42}\n' >&2
printf '"stdout is the response"'
printf 'the last words' >&2
