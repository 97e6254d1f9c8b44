"""What reaches the guard past the shell: control socket and power button. Both can end a call; neither opens one."""

from typing import Final

from kiosk.guarded_day import GuardedDay
from kiosk.lockdown.control_socket import ControlSocket
from kiosk.lockdown.day_journal import DayJournal
from kiosk.lockdown.drift_mark import DriftMark
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.maintenance import Maintenance
from kiosk.lockdown.power_button import PowerButton, power_devices
from kiosk.lockdown.ready_desk import ReadyDesk
from kiosk.lockdown.update_desk import UpdateDesk

POWER: Final = "power button"
CONTROL: Final = "control.sock"


class Controls:
    """Whoever runs the guard opens and closes `socket` and `power`, each at its time."""

    def __init__(
        self, folders: Folders, day: GuardedDay, journal: DayJournal, maintenance: Maintenance, updates: UpdateDesk
    ) -> None:
        self._day, self._journal, self._maintenance = day, journal, maintenance
        self._drift = DriftMark(folders.state)
        self.socket = ControlSocket(
            folders.runtime / CONTROL,
            lambda: self._end_now("command"),
            {"check": self._checked, "update": updates.may_update, "healthy": updates.healthy},
            ReadyDesk(day.ready).answer,
            self._compared,
        )
        self.power = PowerButton(lambda: self._end_now(POWER))

    def listen_for_power(self) -> None:
        """Hear every power button that there is by now. Twice is once."""
        self.power.listen(power_devices())

    def _end_now(self, how: str) -> None:
        self._day.ready.stop()
        self._day.session.end_now(how)
        self._journal.keep()
        if self._day.session.fitness.released and how == POWER:
            self._maintenance.restart()

    def _compared(self, found: tuple[str, ...]) -> None:
        self._day.record.note("drift_checked", {"found": ", ".join(found) or "nothing"})
        self._drift.keep(found)

    def _checked(self) -> str:
        return self._day.lockdown.answer(self._day.session.closed_by())
