"""A day of things that are nobody's doing: each interrupts or warns, says its exact reason, and bars no call for good.

The real measures look at a laptop made of files, the real day follows, and the real window shows it.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from contract.words import CallState, Cause, Presence, Use
from kiosk.ipc import DevicesNow, LinkNow, Show
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.displays import Displays
from kiosk.lockdown.measures.power import Power
from kiosk.policy.measures import MeasureName, Severity, standing
from kiosk.ui.pieces.text import TextBlock
from kiosk.ui.words import say
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day
from tests.fakes.files_laptop import Laptop, Screens
from tests.ui.conftest import MakeWindow

LID = "proc/acpi/button/lid/LID0/state"


class BenignDay:
    """A real laptop in a live call, and what can happen to it."""

    def __init__(self, folder: Path, make_window: MakeWindow) -> None:
        self.screens, self.power = Screens(folder), Laptop(folder)
        self._measures = (Displays(Machine(folder)), Power(Machine(folder)))
        self._window = make_window()
        self.day = Day(demo=False).starts(sheet(booking(), use=Use.LIVE)).live()
        self.severities: set[Severity] = set()

    def sweeps(self) -> None:
        """The guard looks."""
        found = [finding(measure) for measure in self._measures]
        self.severities |= {row.severity for row in found if row.is_lost}
        self.day.session.lockdown_now(standing(found))

    def says(self) -> str:
        """What is on the screen now."""
        shown = self.day.shell.last(Show)
        self._window.show_scene(shown.frame, shown.scene, shown.panel)
        return " | ".join(text.text for text in self._window.findChildren(TextBlock) if text.isVisible() and text.text)

    def goes_on(self) -> None:
        """All is well again: the call is live by itself, without an officer."""
        self.day.session.hear(LinkNow(up=True))
        self.day.visitor(Presence.WAITING)
        self.sweeps()
        self.day.passes(1)
        self.day.flows(6)
        assert self.day.is_now(CallState.LIVE)
        assert "Secure" in self.says()

    def is_interrupted_and_says(self, reason: str) -> None:
        assert self.day.is_now(CallState.INTERRUPTED)
        said = self.says()
        assert reason in said
        assert "Your time is stopped." in said

    def is_live_and_says(self, reason: str) -> None:
        self.day.flows(3)
        assert self.day.is_now(CallState.LIVE)
        assert reason in self.says()


@pytest.fixture
def benign(tmp_path: Path, make_window: MakeWindow) -> BenignDay:
    return BenignDay(tmp_path, make_window)


def test_a_whole_day_of_them_never_blocks_and_each_says_its_exact_reason(benign: BenignDay) -> None:
    day, screens, power = benign.day, benign.screens, benign.power
    benign.goes_on()

    day.session.hear(LinkNow(up=False, gateway=False))
    day.passes(15)
    benign.is_interrupted_and_says("The prison's network dropped")
    benign.goes_on()

    power.put(LID, "state:      closed\n")
    benign.sweeps()
    benign.is_interrupted_and_says("The laptop's lid is closed")
    power.put(LID, "state:      open\n")
    benign.goes_on()

    day.session.hear(DevicesNow(camera=False, microphone=True, speaker=True))
    benign.is_live_and_says("This laptop's camera is unplugged. Please tell the officer.")
    day.session.hear(DevicesNow(camera=True, microphone=True, speaker=True))
    benign.goes_on()

    screens.connector("eDP-1", "disconnected")  # a display flap: the panel goes for a moment
    benign.sweeps()
    day.passes(1)
    benign.is_interrupted_and_says("A second screen is plugged in, or the laptop's own is off")
    screens.connector("eDP-1", "connected", "enabled")
    benign.goes_on()

    screens.connector("HDMI-A-1", "connected")
    benign.sweeps()
    benign.is_interrupted_and_says("A second screen is plugged in")
    screens.connector("HDMI-A-1", "disconnected")
    benign.goes_on()

    power.battery(12, "Discharging")
    benign.sweeps()
    benign.is_live_and_says("Battery low: plug it in")
    power.battery(13, "Charging")
    benign.goes_on()

    day.clock.set_wall(day.clock.wall() - timedelta(seconds=40))  # the clock is put right
    day.session.hear(LinkNow(up=False, gateway=True))
    day.session.hear(LinkNow(up=True))  # a line that has just come asks what the time is
    day.told_time()
    benign.is_live_and_says("Secure")

    assert Severity.BLOCK not in benign.severities
    lost = day.call.time.account.lost_ms
    assert set(lost) <= {Cause.PRISON_NETWORK, Cause.LAPTOP, Cause.VISITOR_SIDE, Cause.SERVICE}
    assert lost[Cause.PRISON_NETWORK] > 0
    assert lost[Cause.LAPTOP] > 0


@pytest.mark.parametrize("name", MeasureName)
def test_every_measure_has_its_words(name: MeasureName) -> None:
    for place in ("short", "fault", "warning"):
        assert say(f"measure.{place}.{name}")
