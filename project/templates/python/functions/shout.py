#!/usr/bin/env python3
import json
import sys

event = json.load(sys.stdin)
name = event.get("name", "World")
print(f"shouting at {name}", file=sys.stderr)
print(f"HELLO, {name.upper()}!")
