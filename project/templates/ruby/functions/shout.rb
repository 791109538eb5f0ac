#!/usr/bin/env ruby
require "json"

event = JSON.parse($stdin.read)
name = event.fetch("name", "World")
warn "shouting at #{name}"
puts "HELLO, #{name.upcase}!"
