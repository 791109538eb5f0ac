#!/usr/bin/env python3
# Ends by an exception that nothing catches.
import sys

event = sys.stdin.read()
if "plain echo" not in event:
    raise ValueError("no apple is a pear")
sys.stdout.write(event)
