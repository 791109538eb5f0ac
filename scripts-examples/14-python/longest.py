#!/usr/bin/env python3
"""A script that can also stay loaded: with STDLAMBDA_MODE=main, main is called for each event."""

import json
import sys


def main():
    words = json.load(sys.stdin)["words"]
    print(max(words, key=len))


if __name__ == "__main__":
    main()
