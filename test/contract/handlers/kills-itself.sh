#!/bin/sh
# Sends itself the signal that the event names.
event=$(cat)
case $event in
  *"plain echo"*) printf %s "$event"; exit ;;
  *SIGKILL*) kill -KILL $$ ;;
  *SIGSEGV*) ulimit -c 0; kill -SEGV $$ ;;
  *SIGTERM*) kill -TERM $$ ;;
esac
sleep 5
