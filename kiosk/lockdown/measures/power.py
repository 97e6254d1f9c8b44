"""Measure *power*: the laptop never sleeps, its power button and lid ask nobody but the guard; it warns of the battery.

It changes nothing: the settings are the image's, and the rest is the officer's to do.
"""

from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import OFTEN_S, Look, all_of, holds, lost, not_here
from kiosk.lockdown.systemd_files import unmasked, wrong_settings
from kiosk.policy.measures import MeasureName, Severity

LIDS: Final = "/proc/acpi/button/lid"
SUPPLIES: Final = "/sys/class/power_supply"
SLEEP_TARGETS: Final = tuple(
    f"{name}.target" for name in ("sleep", "suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate")
)
KEYS: Final = ("Power", "Reboot", "Suspend", "Hibernate")
LOGIND: Final = {
    **{f"Handle{key}Key{press}": "ignore" for key in KEYS for press in ("", "LongPress")},
    **{f"HandleLidSwitch{where}": "ignore" for where in ("", "ExternalPower", "Docked")},
    "IdleAction": "ignore",
}
SLEEP: Final = {f"Allow{what}": "no" for what in ("Suspend", "Hibernation", "SuspendThenHibernate", "HybridSleep")}
LOW_PERCENT: Final = 20
CRITICAL_PERCENT: Final = 5


class Power:
    """Sleep is impossible and the keys are the guard's, or it blocks; a shut lid interrupts; a low battery warns."""

    name = MeasureName.POWER
    threat = "a lid, a power button or a flat battery ends a visit unseen, or wakes up to a log-in screen"
    severity = Severity.BLOCK
    every_s = OFTEN_S

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def apply(self) -> None:
        """Nothing: the image brings the settings."""

    def look(self) -> Look:
        """Look at the settings, the lid and the batteries."""
        return all_of(self._settings(), self._lid(), *self._batteries())

    def _settings(self) -> Look:
        wrong = wrong_settings(self._machine, "logind.conf", LOGIND) + wrong_settings(
            self._machine, "sleep.conf", SLEEP
        )
        if wrong:
            return lost(wrong[0] + (f" ({len(wrong)} such)" if len(wrong) > 1 else ""))
        if left := unmasked(self._machine, SLEEP_TARGETS):
            return lost(f"not masked: {', '.join(left)}")
        return holds("sleep is masked, the keys are ignored")

    def _lid(self) -> Look:
        states = [self._machine.text(f"{LIDS}/{lid}/state") for lid in self._machine.names(LIDS)]
        if not states:
            return not_here("no lid")
        if all(state.split()[-1:] == ["open"] for state in states):
            return holds("lid open")
        return lost("the lid is closed", Severity.INTERRUPT)

    def _batteries(self) -> list[Look]:
        return [self._battery(place) for place in batteries(self._machine)] or [not_here("no battery")]

    def _battery(self, place: str) -> Look:
        """It only ever warns: a call that the battery cannot carry ends by itself, and its time is kept."""
        try:
            percent = int(self._machine.text(f"{place}/capacity"))
            status = self._machine.text(f"{place}/status")
        except (OSError, ValueError):
            return lost(f"{place} does not say how full the battery is", Severity.WARN)
        if percent < LOW_PERCENT and status == "Discharging":
            how = "nearly empty" if percent < CRITICAL_PERCENT else "low"
            return lost(f"the battery is {how}, {percent} %: plug in the charger", Severity.WARN)
        return holds(f"battery {percent} %, {status.lower()}")


def batteries(machine: Machine) -> tuple[str, ...]:
    """Those that feed this laptop, as folders below /sys. An empty bay is none, nor is a mouse's battery."""
    places = (f"{SUPPLIES}/{name}" for name in machine.names(SUPPLIES))
    return tuple(
        place
        for place in places
        if machine.text_or(f"{place}/type", "") == "Battery"
        and machine.text_or(f"{place}/scope", "System") != "Device"
        and machine.text_or(f"{place}/present", "1") != "0"
    )
