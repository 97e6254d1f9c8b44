"""Measure *displays*: the picture is on the built-in panel and nowhere else. It turns other connectors off."""

import contextlib
import re
from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import OFTEN_S, Look, holds, lost
from kiosk.policy.measures import MeasureName, Severity

CONNECTORS: Final = "/sys/class/drm"
PANELS: Final = frozenset({"eDP", "LVDS", "DSI"})
EMULATED: Final = "Virtual"  # what a virtual machine has for a panel; no laptop's own connector is called so
DRAWS_NOWHERE: Final = frozenset({"Writeback"})  # a connector into memory; it has no plug
OFF: Final = "off"
_CONNECTOR: Final = re.compile(r"card\d+-(.+)-\d+")


@dataclass(frozen=True)
class Connector:
    """One place where a screen can be, as the kernel tells it."""

    name: str
    kind: str  # eDP, HDMI-A, DP, ...
    status: str  # connected, disconnected, unknown
    is_lit: bool  # something is drawn there

    @property
    def may_show(self) -> bool:
        """Whether a screen may be there: all but a clear no counts."""
        return self.is_lit or self.status != "disconnected"


class Displays:
    """Every connector but the panel's is off. A second screen, or no panel, interrupts until it is put right."""

    name = MeasureName.DISPLAYS
    threat = "a second screen shows the family to people who are not in the visit, or records them"
    severity = Severity.INTERRUPT
    every_s = OFTEN_S

    def __init__(self, machine: Machine, panels: frozenset[str] = PANELS) -> None:
        """`panels`: the kinds of connector that are this platform's own screen."""
        self._machine, self._panels = machine, panels

    def apply(self) -> None:
        """Turn off every other connector, also those with nothing in them; safe to repeat when a screen is found.

        Not every driver can, and `look` says what came of it. Raises OSError where there are no connectors to see.
        """
        found = self._connectors()
        panels = self._own(found)
        for connector in found:
            if connector not in panels:
                with contextlib.suppress(OSError):
                    self._machine.write(f"{CONNECTORS}/{connector.name}/status", OFF)

    def look(self) -> Look:
        """Look at every connector. The kernel answers from what it knows, and does not probe."""
        found = self._connectors()
        panels = self._own(found)
        others = [each for each in found if each not in panels]
        if second := [each for each in others if each.may_show]:
            what = ", ".join(f"{each.name} is {each.status}{' and lit' if each.is_lit else ''}" for each in second)
            return lost(f"unplug the second screen: {what}")
        if not any(each.status == "connected" for each in panels):
            seen = ", ".join(f"{each.name} is {each.status}" for each in panels) or "no such connector"
            return lost(f"the built-in screen is not there: {seen}")
        lit = ", ".join(f"{each.name} {'lit' if each.is_lit else 'dark'}" for each in panels)
        return holds(f"{lit}; {len(others)} other connectors, all off or empty")

    def _own(self, found: tuple[Connector, ...]) -> tuple[Connector, ...]:
        """The panel. A machine that has no connector for one is a virtual one: then it is the first emulated one."""
        panels = tuple(each for each in found if each.kind in self._panels)
        return panels or tuple(each for each in found if each.kind == EMULATED)[:1]

    def _connectors(self) -> tuple[Connector, ...]:
        found = []
        for name in self._machine.names(CONNECTORS):
            match = _CONNECTOR.fullmatch(name)
            if match is None or match[1] in DRAWS_NOWHERE:
                continue
            place = f"{CONNECTORS}/{name}"
            try:
                status = self._machine.text(f"{place}/status")
                is_lit = self._machine.text(f"{place}/enabled") != "disabled"
            except FileNotFoundError:
                if self._machine.has(place):
                    raise
                continue  # a dock that has just been unplugged took it along
            found.append(Connector(name, match[1], status, is_lit))
        if not found:
            raise OSError(f"{CONNECTORS} has no connectors, so it cannot be seen where the picture goes")
        return tuple(found)
