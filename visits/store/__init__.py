"""Touches the database, and nothing else does. Reads rows into the domain's frozen records; holds no rules."""
