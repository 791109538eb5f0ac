#!/bin/sh
# The event is the response.
exec cat
