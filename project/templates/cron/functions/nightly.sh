#!/bin/sh
set -eu

# The hour it was due, which is not the hour of a second attempt.
due=$(sed -n 's/.*"time" *: *"\([^"]*\)".*/\1/p')
[ -n "$due" ] || {
  echo "the event has no time: it is not from a schedule" >&2
  exit 1
}
echo "the nightly job of $due begins" >&2

# The job itself goes here.

printf '{"done":"%s"}\n' "$due"
