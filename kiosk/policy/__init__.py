"""The rules, pure: no clock, no I/O; every decision is a function of what it is given."""
