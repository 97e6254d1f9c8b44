"""Whole calls on real processes: service, guard, `kiosk run` on a real X server, and a real browser."""
