# Functions of a shell: the file is read once, and the function gets the event as its first argument.

greeting=Hello

hello() {
  name=$(printf '%s' "$1" | sed 's/.*"name":"\([^"]*\)".*/\1/')
  echo "greeting $name" >&2
  printf '{"greeting":"%s, %s!"}' "$greeting" "$name"
}
