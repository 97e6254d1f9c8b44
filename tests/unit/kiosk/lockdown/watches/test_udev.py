"""The watch on the kernel's device events: fed by hand, and once by this machine's own kernel."""

import asyncio
import errno
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pyudev

from kiosk.lockdown.arrivals import Arrivals
from kiosk.lockdown.watches import udev
from kiosk.lockdown.watches.udev import CONCERNS, EVERYTHING, UdevWatch
from kiosk.policy.measures import MeasureName
from tests.fakes.eventually import eventually

LOOPBACK = Path("/sys/class/net/lo/uevent")
NEEDS_ROOT = pytest.mark.skipif(not os.access(LOOPBACK, os.W_OK), reason="only root may ask the kernel for an event")


def ask_often() -> None:
    """Have this kernel send more events than fit, before anybody can read one."""
    for _ in range(100):
        LOOPBACK.write_text("change")


class FakeDevice:
    """One event, as pyudev has it."""

    def __init__(self, subsystem: str, action: str = "add", name: str = "1-2", **properties: str) -> None:
        self.subsystem, self.action, self.sys_name = subsystem, action, name
        self.device_type = "usb_device" if subsystem == "usb" else None
        self.attributes = {"product": b"Ultra", "authorized": b"0"}
        self._properties = {"PRODUCT": "781/5567/100", **properties}

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._properties.get(name, default)


class FakeMonitor:
    """A netlink socket that holds what a test puts in."""

    def __init__(self) -> None:
        self.events: list[FakeDevice | OSError] = []
        self.present: list[FakeDevice] = []
        self._hears, self._says = socket.socketpair()
        self.opened = 0
        self.refuses: OSError | ImportError | None = None

    def close(self) -> None:
        self._hears.close()
        self._says.close()

    def from_netlink(self, _context: Any, source: str) -> "FakeMonitor":
        assert source == "kernel"
        if self.refuses is not None:
            raise self.refuses
        self.opened += 1
        return self

    def set_receive_buffer_size(self, _size: int) -> None:
        raise PermissionError

    def start(self) -> None:
        """Nothing."""

    def fileno(self) -> int:
        return self._hears.fileno()

    def list_devices(self, **_filter: str) -> list[FakeDevice]:
        return self.present

    def put(self, *events: FakeDevice | OSError) -> None:
        self.events += events
        self._says.sendall(b"!" * len(events))

    def poll(self, timeout: float) -> FakeDevice | None:
        assert timeout == 0
        if not self.events:
            return None
        self._hears.recv(1)
        event = self.events.pop(0)
        if isinstance(event, OSError):
            raise event
        return event


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeMonitor]:
    monitor = FakeMonitor()
    monkeypatch.setattr(pyudev, "Monitor", monitor)
    monkeypatch.setattr(pyudev, "Context", lambda: monitor)
    yield monitor
    monitor.close()


class Heard:
    """What a watch told."""

    def __init__(self) -> None:
        self.poked: list[MeasureName] = []
        self.arrivals: list[Arrivals] = []
        self.deaf: list[str] = []
        self.watch = UdevWatch(self.arrivals.append, self.deaf.append)
        self.watch.open(self.poked.append)

    async def until(self, claim: Callable[[], object], what: str) -> None:
        await eventually(claim, 15, what)


@pytest.mark.parametrize(("subsystem", "measures"), CONCERNS.items())
async def test_a_device_has_the_measures_looked_at_that_it_concerns(
    monitor: FakeMonitor, subsystem: str, measures: tuple[MeasureName, ...]
) -> None:
    heard = Heard()
    monitor.put(FakeDevice(subsystem, "change"))
    await heard.until(lambda: heard.poked, "a poke")
    heard.watch.close()
    assert set(heard.poked) == set(measures)


async def test_a_flood_pokes_each_measure_once_for_many_events(monitor: FakeMonitor) -> None:
    heard = Heard()
    monitor.put(*(FakeDevice("usb") for _ in range(1000)), FakeDevice("drm", "change"))
    await heard.until(lambda: MeasureName.DISPLAYS in heard.poked, "the last of them")
    heard.watch.close()
    assert heard.poked.count(MeasureName.USB) <= 1000 / udev.AT_A_TIME + 1


async def test_an_arrival_is_told_by_id_port_and_name(monitor: FakeMonitor) -> None:
    heard = Heard()
    monitor.put(FakeDevice("usb"))
    await heard.until(lambda: heard.arrivals, "an alert")
    heard.watch.close()
    assert heard.arrivals[0].named == ("0781:5567 at 1-2 Ultra",)


async def test_what_udev_asks_the_kernel_to_repeat_at_boot_is_no_arrival(monitor: FakeMonitor) -> None:
    heard = Heard()
    monitor.put(FakeDevice("usb", SYNTH_UUID="0"), FakeDevice("usb", "remove"), FakeDevice("usb", name="1-3"))
    await heard.until(lambda: heard.arrivals, "an alert")
    heard.watch.close()
    assert [arrivals.named for arrivals in heard.arrivals] == [("0781:5567 at 1-3 Ultra",)]


async def test_what_is_there_already_and_kept_out_has_arrived(monitor: FakeMonitor) -> None:
    camera = FakeDevice("usb", name="1-4")
    camera.attributes["authorized"] = b"1"
    monitor.present = [camera, FakeDevice("usb")]
    heard = Heard()
    await heard.until(lambda: heard.arrivals, "an alert")
    heard.watch.close()
    assert heard.arrivals[0].named == ("0781:5567 at 1-2 Ultra",)


async def test_events_that_the_kernel_had_to_drop_are_told_and_have_everything_looked_at(monitor: FakeMonitor) -> None:
    heard = Heard()
    monitor.put(OSError(errno.ENOBUFS, "No buffer space available"), FakeDevice("usb"))
    await heard.until(lambda: heard.arrivals, "an alert")
    heard.watch.close()
    assert set(heard.poked) == set(EVERYTHING)
    assert (heard.arrivals[0].missed, heard.arrivals[0].count) == (1, 1)
    assert heard.deaf == []


async def test_a_socket_that_breaks_is_told_and_opened_again(
    monitor: FakeMonitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(udev, "TRY_AGAIN_S", 0.05)
    heard = Heard()
    monitor.refuses = OSError(errno.EMFILE, "Too many open files")
    monitor.put(OSError(errno.EBADF, "Bad file descriptor"))
    await heard.until(lambda: heard.poked.count(MeasureName.USB) >= 2, "looks though nothing is heard")
    assert heard.deaf == ["the kernel's device events cannot be heard: Bad file descriptor"]
    monitor.refuses = None
    await heard.until(lambda: monitor.opened == 2, "it listens again")
    monitor.put(FakeDevice("drm", "change"))
    await heard.until(lambda: MeasureName.DISPLAYS in heard.poked, "it hears again")
    heard.watch.close()


async def test_words_that_are_no_text_have_everything_looked_at(monitor: FakeMonitor) -> None:
    class Broken(FakeDevice):
        @property
        def device_type(self) -> str:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

        @device_type.setter
        def device_type(self, _value: str | None) -> None:
            """Not kept."""

    heard = Heard()
    monitor.put(Broken("usb"))
    await heard.until(lambda: set(heard.poked) == set(EVERYTHING), "everything")
    heard.watch.close()


@pytest.mark.parametrize("why", [ImportError("No library named udev"), OSError("Could not create udev monitor")])
async def test_a_machine_that_cannot_be_heard_says_so_at_the_start(
    monitor: FakeMonitor, why: OSError | ImportError
) -> None:
    monitor.refuses = why
    with pytest.raises(OSError, match=str(why)):
        Heard()


async def test_closing_is_safe_twice_and_before_opening(monitor: FakeMonitor) -> None:
    UdevWatch(print, print).close()
    heard = Heard()
    monitor.put(FakeDevice("usb"))
    await heard.until(lambda: heard.poked, "a poke")
    heard.watch.close()
    heard.watch.close()
    monitor.put(FakeDevice("usb"))
    await asyncio.sleep(0)
    assert heard.arrivals == []


@NEEDS_ROOT
async def test_this_kernels_own_events_are_heard_without_udevd() -> None:
    heard = Heard()
    await asyncio.to_thread(LOOPBACK.write_text, "change")
    await heard.until(lambda: MeasureName.NETWORK in heard.poked, "a poke")
    heard.watch.close()


@NEEDS_ROOT
async def test_more_than_this_kernel_keeps_for_the_watch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(udev, "HEARD_BYTES", 1)  # as little as a socket can have
    heard = Heard()
    ask_often()
    await heard.until(lambda: heard.arrivals, "an alert")
    assert heard.arrivals[0].missed >= 1
    assert (heard.deaf, set(heard.poked)) == ([], set(EVERYTHING))
    heard.poked.clear()
    await asyncio.to_thread(LOOPBACK.write_text, "change")
    await heard.until(lambda: MeasureName.NETWORK in heard.poked, "it hears on")
    heard.watch.close()


async def test_listening_starts_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_command: object, **_how: object) -> None:
        raise AssertionError("a guard starts nothing to find a library")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "popen", refuse)
    watch = UdevWatch(print, print)
    watch.open(lambda _name: None)
    watch.close()
