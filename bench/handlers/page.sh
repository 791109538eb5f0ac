#!/bin/sh
printf 'Content-Type: text/html; charset=utf-8\n\n<h1>%s</h1>\n' "$QUERY_STRING"
