#!/bin/bash
# A bash script of built-in commands only, so that its row is the price of one bash.
IFS= read -r event
printf '%s' "$event"
