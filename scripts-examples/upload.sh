# shellcheck shell=sh
# Uploads a folder as a function and invokes it, with nothing but AWS's own command line and zip.
# upload_function.sh of each example sets what is its own and reads this file:
#   handler      the handler setting
#   files        what the package consists of, as patterns
#   variables    NAME=VALUE,… for the function's environment; may be unset
#   prepare      a command that makes files of the package; may be unset
# shellcheck disable=SC2154

usage() {
  cat <<END
usage: upload_function.sh [-n] [-h] [HANDLER]

Creates or updates the function, waits for it, and invokes it with event.json. The response goes to
stdout, everything else to stderr. The layer with the runtime has to be there: build/layer/publish-layer.sh.

  HANDLER        the handler setting (default: $handler)
  -n             print the commands and run none

  FUNCTION_NAME  default: $name
  ROLE           the ARN of the function's role; needed to create one on AWS
  LAYER_ARN      default: the newest version of the layer LAYER_NAME
  LAYER_NAME     default: stdlambda-full-ARCH, with a nodejs runtime stdlambda-thin-ARCH
  RUNTIME        default: provided.al2023; nodejs24.x with a thin layer
  ARCH           x86_64 or arm64 (default: x86_64)
  ENDPOINT_URL   another service than AWS's, such as http://127.0.0.1:9000 of stdlambda dev
END
}

fail() {
  echo "upload_function.sh: $*" >&2
  exit 1
}

# The words as a shell would read them again.
show() {
  for word in "$@"; do
    case $word in
      '' | *[!A-Za-z0-9_./:=@%+,-]*) printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")" ;;
      *) printf '%s ' "$word" ;;
    esac
  done
  echo
}

run() {
  if [ -n "$dry_run" ]; then show "$@" >&2; else "$@"; fi
}

lambda() {
  run aws ${ENDPOINT_URL:+--endpoint-url "$ENDPOINT_URL"} lambda "$@"
}

# Creates the function, or updates it where it is there.
upload() {
  [ -z "$dry_run" ] || { create_function; return; }
  problem=$(lambda get-function-configuration --function-name "$name" --output json 2>&1 >/dev/null) && {
    update_function
    return
  }
  case $problem in
    *ResourceNotFoundException*) create_function ;;
    *) fail "$problem" ;;
  esac
}

create_function() {
  [ -n "$role" ] || fail "set ROLE to the ARN of a role that lambda.amazonaws.com may assume"
  lambda create-function --function-name "$name" --runtime "$runtime" --handler "$handler" \
    --role "$role" --architectures "$arch" --layers "$layer" --timeout 10 --memory-size 256 \
    --environment "$environment" --zip-file "fileb://$package" --query FunctionArn --output text >&2
  lambda wait function-active-v2 --function-name "$name"
}

update_function() {
  # An earlier run may have been interrupted while the function was being made or changed.
  lambda wait function-active-v2 --function-name "$name"
  lambda wait function-updated-v2 --function-name "$name"
  lambda update-function-code --function-name "$name" --architectures "$arch" \
    --zip-file "fileb://$package" --query FunctionArn --output text >&2
  lambda wait function-updated-v2 --function-name "$name"
  lambda update-function-configuration --function-name "$name" --runtime "$runtime" \
    --handler "$handler" --layers "$layer" --environment "$environment" \
    ${ROLE:+--role "$ROLE"} --query LastUpdateStatus --output text >&2
  lambda wait function-updated-v2 --function-name "$name"
}

newest_layer() {
  arn=$(lambda list-layer-versions --layer-name "$1" \
    --query 'LayerVersions[0].LayerVersionArn' --output text)
  [ "$arn" != None ] || fail "there is no layer $1: run build/layer/publish-layer.sh first, or set LAYER_ARN"
  echo "$arn"
}

name=${FUNCTION_NAME:-stdlambda-$(basename "$PWD")}
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
handler=${1:-$handler}

for tool in aws zip; do
  [ -n "$dry_run" ] || command -v "$tool" >/dev/null || fail "$tool is not installed"
done
export AWS_PAGER=
role=${ROLE:-}
if [ -n "${ENDPOINT_URL:-}" ]; then
  # The service on this machine takes any credentials and any role, but AWS's client wants some.
  export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-local}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-local}"
  export AWS_DEFAULT_REGION="${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}"
  role=${role:-arn:aws:iam::012345678912:role/lambda}
elif [ -n "$dry_run" ]; then
  role=${role:-arn:aws:iam::123456789012:role/lambda}
fi

arch=${ARCH:-x86_64}
runtime=${RUNTIME:-provided.al2023}
variables=${variables:-}
layer_name=${LAYER_NAME:-stdlambda-full-$arch}
case $runtime in nodejs*)
  # AWS's Node starts our bootstrap instead of its own client.
  variables=AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap${variables:+,$variables}
  layer_name=${LAYER_NAME:-stdlambda-thin-$arch}
  ;;
esac
environment="Variables={$variables}"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
package=$scratch/function.zip

[ -z "${prepare:-}" ] || run sh -euc "$prepare" >&2
# The patterns are words of their own. -X leaves out the owner, which is nobody's concern.
# shellcheck disable=SC2086
run zip -qrX "$package" $files -x upload_function.sh

if [ -n "${LAYER_ARN:-}" ]; then
  layer=$LAYER_ARN
elif [ -n "$dry_run" ]; then
  lambda list-layer-versions --layer-name "$layer_name" \
    --query 'LayerVersions[0].LayerVersionArn' --output text
  layer=LAYER_ARN
else
  layer=$(newest_layer "$layer_name")
fi

upload
# fileb: an event is bytes, for both major versions of AWS's command line.
failed=$(lambda invoke --function-name "$name" --payload fileb://event.json \
  --query FunctionError --output text "$scratch/response")
[ -z "$dry_run" ] || exit 0
cat "$scratch/response"
[ "$failed" = None ] || fail "the function failed: $failed"
