"""The media room against real peers, real processes and a real sound server."""
