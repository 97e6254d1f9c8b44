"""Touches the screen and the keys: draws scenes and reports presses; holds no rules and does no I/O."""
