"""The installer's clock: one that was never set is put to the day of the release, and that is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from installer.station.screen import Screen
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

DATE: Final = "/usr/bin/date"


def not_before(machine: Machine, made_at: datetime, now: Callable[[], datetime], screen: Screen) -> None:
    """Have a clock that is not before the release was made; else certificates made today would not be valid yet."""
    found = now()
    if found >= made_at:
        return
    try:
        machine.run(DATE, "--utc", "--set", made_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"))
    except Unavailable:
        screen.note(f"The clock says {found:%Y-%m-%d}, before this release was made, and could not be set.")
        return
    screen.note(
        f"The clock said {found:%Y-%m-%d}; it was set to {made_at:%Y-%m-%d}, when this release was made. "
        "Have the laptop's battery for its clock looked at."
    )
