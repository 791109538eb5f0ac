#!/usr/bin/env python3
import json
import sys

event = json.load(sys.stdin)
name = event.get("name", "World")
print(f"greeting {name}", file=sys.stderr)
json.dump({"greeting": f"Hello, {name}!"}, sys.stdout)
print()
