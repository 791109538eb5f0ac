#!/bin/sh
# Lets the event wait in the pipe, then echoes it.
sleep 0.3
exec cat
