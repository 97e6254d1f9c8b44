"""Touches this machine, for the guard; holds no rule of a call."""
