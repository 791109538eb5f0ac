#!/bin/sh
. "$(dirname "$0")/lib/greetings.sh"

event=$(cat)
name=$(member name "$event")
log "greeting $name"
printf '{"greeting":"%s, %s!"}\n' "$(greeting_in "$(member language "$event")")" "$name"
