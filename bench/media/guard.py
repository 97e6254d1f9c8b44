"""The product's guard at the pace of a call: it looks five times a second and keeps the day each time. Decides nothing.

Without a booking it would look once a second and keep the day every ten. What is still left out of a call: the call's own
rules at each look, and the line to the service.
"""

from kiosk import guard, guarding

if __name__ == "__main__":
    setattr(guarding, "IDLE_LOOK_EVERY_S", guarding.LOOK_EVERY_S)  # noqa: B010 - a constant to mypy
    setattr(guarding, "IDLE_KEEP_EVERY_MS", 0)  # noqa: B010
    guard.main()
