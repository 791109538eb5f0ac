#!/bin/sh
# A page as CGI has it: the request is in the environment, the answer a header block and a body.
cat > /dev/null
name=$(printf %s "$QUERY_STRING" | tr '&' '\n' | sed -n 's/^name=\([A-Za-z]*\)$/\1/p')
cat <<END
Content-Type: text/html; charset=utf-8
Set-Cookie: visits=1; HttpOnly

<!doctype html>
<title>Hello</title>
<h1>Hello, ${name:-world}!</h1>
<p>You asked for $PATH_INFO.</p>
END
