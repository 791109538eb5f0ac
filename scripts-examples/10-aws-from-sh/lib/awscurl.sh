# shellcheck shell=sh
# Calls AWS with curl's own signatures and the credentials of the function's role; to be sourced.

# awscurl SERVICE [OPTION OF CURL]… URL
# The answer goes to stdout; after a refusal it goes to stderr, and the status is curl's.
awscurl() {
  service=$1
  shift
  # S3 wants to be told of the body's hash, and curl 7.88 does not tell it.
  [ "$service" != s3 ] || set -- --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$@"
  # /dev/fd of Lambda knows 0, 1 and 2 only (github.com/aws/aws-lambda-base-images/issues/132); macOS has
  # no /proc.
  descriptors=/proc/self/fd
  [ -d "$descriptors" ] || descriptors=/dev/fd
  # A header without a value would be signed, and then not be sent.
  session=
  [ -z "${AWS_SESSION_TOKEN:-}" ] || session="header = \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\""
  # Secrets are read from a descriptor: arguments could be seen in the list of processes, and stdin
  # stays free for a body.
  answer=$(
    curl --silent --show-error --fail-with-body --max-time 20 \
      --aws-sigv4 "aws:amz:$AWS_REGION:$service" --config "$descriptors/3" "$@" 3<<END
user = "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
$session
END
  ) || {
    status=$?
    printf '%s\n' "$answer" >&2
    return "$status"
  }
  printf '%s\n' "$answer"
}
