#!/usr/bin/env python3
import json
import sys

# The slow start, paid once: every prime below a million.
LIMIT = 1_000_000
prime = bytearray([1]) * LIMIT
prime[0] = prime[1] = 0
for n in range(2, int(LIMIT**0.5) + 1):
    if prime[n]:
        prime[n * n :: n] = bytes(len(range(n * n, LIMIT, n)))

for line in sys.stdin:
    event = json.loads(line)["event"]
    print('{"prime":%s}' % json.dumps(prime[event["number"]] == 1), flush=True)
