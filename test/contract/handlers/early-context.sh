#!/bin/sh
# Waits for its event, then prints the line on the context's descriptor.
event=$(cat)
case $event in *"plain echo"*) printf %s "$event"; exit ;; esac
eval "exec cat <&$LAMBDA_RUNTIME_CONTEXT_FD"
