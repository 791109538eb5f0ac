#!/bin/sh
# Who this function is to AWS: STS GetCallerIdentity.
set -eu
. "$(dirname "$0")/lib/awscurl.sh"

endpoint=${AWS_ENDPOINT_URL_STS:-${AWS_ENDPOINT_URL:-https://sts.$AWS_REGION.amazonaws.com}}
answer=$(awscurl sts --data 'Action=GetCallerIdentity&Version=2011-06-15' "$endpoint/")
arn=$(printf '%s' "$answer" | sed -n 's:.*<Arn>\(.*\)</Arn>.*:\1:p')
printf '{"arn":"%s"}\n' "$arn"
