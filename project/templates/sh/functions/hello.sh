#!/bin/sh
set -eu

# The text between the quotes stays JSON as it is, escapes and all.
name=$(sed -n 's/.*"name" *: *"\([^"]*\)".*/\1/p')
: "${name:=World}"
echo "greeting $name" >&2
printf '{"greeting":"Hello, %s!"}\n' "$name"
