greeting_in() {
  case $1 in
    de) echo Hallo ;;
    fr) echo Bonjour ;;
    *) echo Hello ;;
  esac
}

# A string member of a flat JSON object on one line: enough for this example, jq for more.
member() {
  printf '%s\n' "$2" | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"
}

log() {
  printf '%s %s\n' "${LAMBDA_RUNTIME_AWS_REQUEST_ID:-by-hand}" "$*" >&2
}
