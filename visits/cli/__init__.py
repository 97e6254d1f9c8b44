"""The command line: reads arguments, prints answers. Holds no rules."""
