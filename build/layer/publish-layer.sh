#!/bin/sh
# Publishes the layer with the runtime, with nothing but AWS's own command line; -h says more.
set -eu

usage() {
  cat <<END
usage: build/layer/publish-layer.sh [-n] [-h] [ZIP]

Publishes a version of the layer and prints its ARN. Without ZIP it is dist/layer-MODE-ARCH.zip, which
stdlambda builds where it is not there.

  -n            print the commands and run none

  MODE          full (with Node, for provided.al2023) or thin (for nodejs22.x and later; default: full)
  ARCH          x86_64 or arm64 (default: x86_64)
  LAYER_NAME    default: stdlambda-MODE-ARCH
  ENDPOINT_URL  another service than AWS's, such as http://127.0.0.1:9000 of stdlambda dev
END
}

fail() {
  echo "publish-layer.sh: $*" >&2
  exit 1
}

dry_run=
while getopts nh option; do
  case $option in
    n) dry_run=yes ;;
    h)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done
shift $((OPTIND - 1))

mode=${MODE:-full}
arch=${ARCH:-x86_64}
case $mode in
  full) runtimes=provided.al2023 ;;
  thin) runtimes='nodejs22.x nodejs24.x nodejs26.x' ;;
  *) fail "MODE is full or thin, not $mode" ;;
esac
case $arch in
  x86_64 | arm64) ;;
  *) fail "ARCH is x86_64 or arm64, not $arch" ;;
esac
[ -n "$dry_run" ] || command -v aws >/dev/null || fail "aws is not installed"
export AWS_PAGER=
if [ -n "${ENDPOINT_URL:-}" ]; then
  # The service on this machine takes any credentials, but AWS's client wants some.
  export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-local}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-local}"
  export AWS_DEFAULT_REGION="${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}"
fi

run() {
  if [ -n "$dry_run" ]; then echo "$*" >&2; else "$@"; fi
}

zip=${1:-}
if [ -z "$zip" ]; then
  cd "$(dirname "$0")/.."
  zip=dist/layer-$mode-$arch.zip
  [ -f "$zip" ] || run npx stdlambda layer build --mode "$mode" --arch "$arch" --out dist >&2
elif [ ! -f "$zip" ]; then
  fail "there is no file $zip"
fi

# The runtimes are words of their own.
# shellcheck disable=SC2086
run aws ${ENDPOINT_URL:+--endpoint-url "$ENDPOINT_URL"} lambda publish-layer-version \
  --layer-name "${LAYER_NAME:-stdlambda-$mode-$arch}" --description "stdlambda, $mode, $arch" \
  --compatible-runtimes $runtimes --compatible-architectures "$arch" \
  --zip-file "fileb://$zip" --query LayerVersionArn --output text
