# The adapter of shells: loads a file once and calls its function for each event, in a subshell, so that
# exit and variables are the event's own. POSIX, as the file's first line chooses the shell.
# (The protocol: docs/languages.md.)
__stdlambda_convention=$3 __stdlambda_file=$4 __stdlambda_export=$5
exec 3<"$1" 4>"$2" </dev/null
shift 5

__stdlambda_newline='
'

# An error before the file is loaded: type, message.
__stdlambda_refuse() {
  LC_ALL=C
  printf 'error 0 %s %s 0\n%s%s' "${#1}" "${#2}" "$1" "$2" >&4
  exit 0
}

# Reads so many bytes: bash by itself, other shells by a program, as they would read byte by byte.
if [ -n "$BASH_VERSION" ]; then
  __stdlambda_read() { LC_ALL=C IFS= read -r -N "$1" __stdlambda_text <&3; }
  __stdlambda_event() { LC_ALL=C IFS= read -r -d '' __stdlambda_body <"$1" || :; }
else
  __stdlambda_read() { __stdlambda_text=$(head -c "$1" <&3); }
  __stdlambda_event() {
    __stdlambda_body=$(cat "$1"; echo .)
    __stdlambda_body=${__stdlambda_body%.}
  }
fi

# A function of the environment or of this file is no export.
case $__stdlambda_export in
  __stdlambda_*) __stdlambda_refuse Runtime.HandlerNotFound "$__stdlambda_export is a name of the adapter's. Choose another." ;;
esac
case $(command -V "$__stdlambda_export" 2>/dev/null) in
  *function*) unset -f "$__stdlambda_export" ;;
esac

# The file's options and IFS hold in its functions, and never here.
__stdlambda_ifs=$IFS
. "$__stdlambda_file"
__stdlambda_status=$? __stdlambda_flags=$- __stdlambda_user_ifs=${IFS-unset} __stdlambda_options=$(set +o)
IFS=$__stdlambda_ifs
set +efuCvx
[ -z "$BASH_VERSION" ] || set +o pipefail +o posix

case $(command -V "$__stdlambda_export" 2>/dev/null) in
  *function*) ;;
  *)
    if ! __stdlambda_syntax=$(sh -c 'exec "$@" 2>&1' sh "${BASH:-sh}" -n "$__stdlambda_file"); then
      __stdlambda_refuse Runtime.UserCodeSyntaxError "$__stdlambda_file does not parse: $__stdlambda_syntax"
    fi
    [ "$__stdlambda_status" = 0 ] || exit "$__stdlambda_status"
    __stdlambda_text=$(sed -n -E 's/^[[:space:]]*(function[[:space:]]+([A-Za-z_][[:alnum:]_-]*)([[:space:](].*)?|([A-Za-z_][[:alnum:]_-]*)[[:space:]]*\(\).*)$/\2\4/p' "$__stdlambda_file" | tr '\n' ' ')
    __stdlambda_refuse Runtime.HandlerNotFound "$__stdlambda_file does not define the function $__stdlambda_export. It defines: ${__stdlambda_text:-no function.}"
    ;;
esac
printf 'ready\n' >&4

while IFS=' ' read -r __stdlambda_word __stdlambda_id __stdlambda_length __stdlambda_rest <&3; do
  __stdlambda_read "$__stdlambda_length"
  (
    exec 3<&- 4>&-
    set -f
    IFS=$__stdlambda_newline
    for __stdlambda_word in $__stdlambda_text; do
      case $__stdlambda_word in
        [a-z]*) ;;
        '<'*) __stdlambda_in=${__stdlambda_word#?} ;;
        '>'*) exec >"${__stdlambda_word#?}" ;;
        *=*) export "$__stdlambda_word" ;;
      esac
    done
    exec <"$__stdlambda_in"
    case $__stdlambda_convention in
      main) ;;
      stdio) set -- ;;
      *)
        __stdlambda_event "$__stdlambda_in"
        set -- "$__stdlambda_body" "$LAMBDA_RUNTIME_HEADERS"
        ;;
    esac
    unset __stdlambda_text __stdlambda_body
    IFS=$__stdlambda_ifs
    eval "$__stdlambda_options"
    # Where it is asked for, bash has it off.
    case $__stdlambda_flags in *e*) set -e ;; esac
    IFS=$__stdlambda_user_ifs
    "$__stdlambda_export" "$@"
  )
  printf 'done %s %s\n' "$__stdlambda_id" "$?" >&4
done
