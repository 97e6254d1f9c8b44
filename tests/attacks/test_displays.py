"""Second screen plugged; panel gone and back.

Tier U: the real watch and measure in a process of their own, with connectors and their uevents by umockdev.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.policy.measures import MeasureName, Severity, Verdict
from tests.fakes.eventually import eventually
from tests.fakes.mock_kernel import MockKernel
from tests.fakes.usb_watcher import Said, UsbWatcher

pytestmark = pytest.mark.slow
WITHIN_S = 20
EMPTY = {"status": "disconnected", "enabled": "disabled", "dpms": "Off"}
PANEL = {"status": "connected", "enabled": "enabled", "dpms": "On"}


class Screens:
    """A panel and an empty socket on one card."""

    def __init__(self, kernel: MockKernel, root: Path) -> None:
        (root / "sys").symlink_to(kernel.sys)
        self.kernel, self.root = kernel, root
        self.card = kernel.device("drm", "card0", {}, {"DEVTYPE": "drm_minor"})
        self.panel = kernel.device("drm", "card0-eDP-1", PANEL)
        self.socket = kernel.device("drm", "card0-HDMI-A-1", EMPTY)


@pytest.fixture
def screens(tmp_path: Path) -> Iterator[Screens]:
    with MockKernel() as kernel:
        yield Screens(kernel, tmp_path)


async def becomes(watcher: UsbWatcher, verdict: Verdict) -> Said:
    """The finding, once the display watch has had it looked at; nothing else looks here."""

    def found() -> Said | None:
        said = watcher.last(MeasureName.DISPLAYS)
        return said if said is not None and said["verdict"] == verdict else None

    return await eventually(found, WITHIN_S, f"displays: {verdict}")


async def test_a_second_screen_interrupts_and_the_call_goes_on_when_it_is_unplugged(screens: Screens) -> None:
    async with UsbWatcher(screens.kernel, screens.root) as watcher:
        screens.kernel.change(screens.socket, status="connected", enabled="enabled")
        found = await becomes(watcher, Verdict.LOST)
        assert (found["severity"], found["evidence"]) == (
            Severity.INTERRUPT,
            "unplug the second screen: card0-HDMI-A-1 is connected and lit",
        )
        screens.kernel.change(screens.socket, **EMPTY)
        await becomes(watcher, Verdict.HOLDS)


async def test_a_panel_that_is_gone_and_back_interrupts_and_recovers_by_itself(screens: Screens) -> None:
    async with UsbWatcher(screens.kernel, screens.root) as watcher:
        screens.kernel.change(screens.panel, status="disconnected", enabled="disabled")
        found = await becomes(watcher, Verdict.LOST)
        assert (found["severity"], "built-in screen" in found["evidence"]) == (Severity.INTERRUPT, True)
        screens.kernel.change(screens.panel, **PANEL)
        await becomes(watcher, Verdict.HOLDS)


async def test_without_the_display_watch_nobody_looks_when_the_same_screen_is_plugged(screens: Screens) -> None:
    async with UsbWatcher(screens.kernel, screens.root, without="drm") as watcher:
        screens.kernel.change(screens.socket, status="connected", enabled="enabled")
        screens.kernel.has_bus()  # heard, and later than the screen
        await eventually(watcher.alerts, WITHIN_S, "the watch hears other devices")
        assert watcher.last(MeasureName.DISPLAYS) is None  # the attack has succeeded
