"""What the guard looks after once a second: signs of life, papers, trail, devices, clock. It decides no call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.guarded_day import GuardedDay
from kiosk.ipc import Alive
from kiosk.lockdown.clock_setting import ClockSetting
from kiosk.lockdown.swallowed_presses import SwallowedPresses
from kiosk.lockdown.trail_care import TrailCare
from kiosk.lockdown.update_desk import UpdateRecord
from kiosk.watchdog import Watchdog

POWER_LOOK_EVERY_MS: Final = 5_000  # a button's driver may be loaded after the guard has started


@dataclass(frozen=True)
class Minded:
    """What is looked after beside the day."""

    watchdog: Watchdog
    trail: TrailCare
    swallowed: SwallowedPresses
    update_record: UpdateRecord
    clock_setting: ClockSetting


class Upkeep:
    """`listen_for_power` hears every power button that there is by now."""

    def __init__(self, day: GuardedDay, minded: Minded, listen_for_power: Callable[[], None], now_ms: int) -> None:
        self._day, self._minded, self._listen_for_power = day, minded, listen_for_power
        self._power_ms = now_ms

    def look(self, now_ms: int) -> None:
        """Once a second; `now_ms` of the boot-time clock."""
        day, minded = self._day, self._minded
        minded.watchdog.alive()
        day.socket.send(Alive())
        day.papers.look_at_officers()
        minded.trail.look(online=day.session.is_online, sheet_issued_at=day.session.sheet_issued_at)
        day.device_changed()
        day.gate.look()
        minded.swallowed.look()
        day.papers.look()
        minded.update_record.look()
        minded.clock_setting.look(day.session.fitness.wall, in_call=day.session.call is not None)
        if now_ms - self._power_ms >= POWER_LOOK_EVERY_MS:
            self._power_ms = now_ms
            self._listen_for_power()
