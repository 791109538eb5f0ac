#!/bin/sh
# A page: the request is in the environment, the answer is a header block, an empty line and a body.
set -eu

echo "${REQUEST_METHOD-GET} ${PATH_INFO-/}" >&2

# Letters alone, so that nothing in the query becomes HTML.
name=$(printf '%s\n' "${QUERY_STRING-}" | tr '&' '\n' | sed -n '/^name=\([A-Za-z]*\)$/{s//\1/p;q;}')
cat <<END
Content-Type: text/html; charset=utf-8

<!doctype html>
<title>Hello</title>
<h1>Hello, ${name:-World}!</h1>
END
