#!/usr/bin/env perl
print while <STDIN>;
