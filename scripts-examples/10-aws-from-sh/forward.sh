#!/bin/sh
# Sends the event to a queue as it is: SQS SendMessage.
set -eu
. "$(dirname "$0")/lib/awscurl.sh"
: "${QUEUE_URL:?set QUEUE_URL to the address of a queue}"

# The event goes from stdin into the form: no byte of it is ever an argument.
answer=$(
  awscurl sqs --data 'Action=SendMessage&Version=2012-11-05' \
    --data-urlencode MessageBody@- "$QUEUE_URL"
)
id=$(printf '%s' "$answer" | sed -n 's:.*<MessageId>\(.*\)</MessageId>.*:\1:p')
printf '{"messageId":"%s"}\n' "$id"
