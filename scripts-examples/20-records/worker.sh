#!/bin/sh
# One message of a queue: its body is stdin, its identifier in STDLAMBDA_RECORD_ID.
order=$(cat)
case $order in
  *'"quantity":0'*)
    echo "$STDLAMBDA_RECORD_ID: an order of nothing" >&2
    exit 1
    ;;
esac
echo "$STDLAMBDA_RECORD_ID: $order" >&2
