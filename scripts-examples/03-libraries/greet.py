#!/usr/bin/env python3
import json
import sys

from lib.greetings import greeting_in

event = json.load(sys.stdin)
print('{"greeting":%s}' % json.dumps(f"{greeting_in(event['language'])}, {event['name']}!"))
