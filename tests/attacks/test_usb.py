"""USB stick, keyboard, mouse, network, serial, audio, phone: before boot, at boot, in a call, 50 times in 5 s.

Tier U: the real watch and measures in a process of their own, with devices by umockdev.
"""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.lockdown.arrivals import QUIET_S
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.usb import Usb
from kiosk.lockdown.usb_bus import attached
from kiosk.lockdown.usb_rules import Enrolment, Use, parse_rules, render_rules
from kiosk.policy.measures import MeasureName, Severity, Verdict
from tests.fakes.eventually import eventually
from tests.fakes.mock_kernel import STORAGE_INTERFACE, MockKernel
from tests.fakes.usb_laptop import HEADSET, STICK, UsbLaptop
from tests.fakes.usb_watcher import UsbWatcher

pytestmark = pytest.mark.slow
WITHIN_S = 20
STICK_AND_ALL = STICK + STORAGE_INTERFACE
MANY = 60  # that many fit into what the kernel queues for umockdev, however slowly they are read
AUTHORIZED = "bus/usb/devices/{}/authorized"


def device(vendor: int, product: int, device_class: int) -> bytes:
    """The descriptor of something else to plug in."""
    ids = vendor.to_bytes(2, "little") + product.to_bytes(2, "little")
    return bytes([18, 1, 0, 2, device_class, 0, 0, 64, *ids, 0, 1, 1, 2, 3, 1])


THINGS = {
    "stick": STICK_AND_ALL,
    "keyboard": device(0x046D, 0xC31C, 0),
    "mouse": device(0x046D, 0xC077, 0),
    "network": device(0x0BDA, 0x8153, 0),
    "serial": device(0x0403, 0x6001, 0),
    "audio": HEADSET,
    "phone": device(0x18D1, 0x4EE7, 0),
    "hub": device(0x05E3, 0x0608, 9),
    "bluetooth": device(0x0A12, 0x0001, 0xE0),
}


@pytest.fixture
def kernel() -> Iterator[MockKernel]:
    with MockKernel() as kernel:
        kernel.has_bus()
        yield kernel


@pytest.fixture
def laptop(kernel: MockKernel, tmp_path: Path) -> UsbLaptop:
    return UsbLaptop(tmp_path, sys=kernel.sys)


async def test_whatever_is_plugged_in_is_kept_out_and_told_within_a_second(
    kernel: MockKernel, laptop: UsbLaptop
) -> None:
    async with UsbWatcher(kernel, laptop.root) as watcher:
        plugged = [
            kernel.plug(f"1-{number}", descriptors, product=name)
            for number, (name, descriptors) in enumerate(THINGS.items(), 5)
        ]
        await eventually(watcher.alerts, WITHIN_S, "an alert")
        await eventually(lambda: watcher.last(MeasureName.USB), WITHIN_S, "a look")
    alert = watcher.alerts()[0]
    assert alert["at"] - plugged[0] <= 1.0 + watcher.stalled_s
    assert "0781:5567 at 1-5 stick" in alert["text"]
    assert [kernel.sys.joinpath(AUTHORIZED.format(f"1-{n}")).read_text() for n in range(5, 14)] == ["0"] * 9
    assert {said["verdict"] for said in watcher.of("finding") if said["name"] == "usb"} == {Verdict.HOLDS}


async def test_fifty_times_in_five_seconds_are_one_alert_and_one_summary_and_the_call_goes_on(
    kernel: MockKernel, laptop: UsbLaptop
) -> None:
    async with UsbWatcher(kernel, laptop.root) as watcher:
        plugged = await asyncio.to_thread(kernel.flood, 50, STICK_AND_ALL, 4.5 / 50)
        took_s = time.monotonic() - plugged
        assert took_s >= 4
        await eventually(lambda: sum(said["count"] for said in watcher.alerts()) == 50, WITHIN_S, "all are counted")
    first, *rest = watcher.alerts()
    assert first["at"] - plugged <= 1.0 + watcher.stalled_s
    assert 1 <= len(rest) <= 1 + took_s // QUIET_S  # one, but where the machine stretches the five seconds
    assert all(said["is_flood"] for said in rest)
    assert {said["verdict"] for said in watcher.of("finding") if said["name"] == "usb"} == {Verdict.HOLDS}
    assert watcher.never_held_up_its_loop()  # END would have been heard


async def test_a_flood_as_fast_as_it_goes_is_told_in_few_lines(kernel: MockKernel, laptop: UsbLaptop) -> None:
    async with UsbWatcher(kernel, laptop.root) as watcher:
        await asyncio.to_thread(kernel.flood, MANY, STICK_AND_ALL)
        await eventually(lambda: sum(said["count"] for said in watcher.alerts()) == MANY, WITHIN_S, "all are counted")
    assert len(watcher.alerts()) <= 3
    assert {said["verdict"] for said in watcher.of("finding") if said["name"] == "usb"} == {Verdict.HOLDS}
    assert watcher.never_held_up_its_loop()


async def test_what_was_plugged_in_before_the_start_is_told(kernel: MockKernel, laptop: UsbLaptop) -> None:
    kernel.plug("1-2", STICK_AND_ALL, product="Ultra")
    async with UsbWatcher(kernel, laptop.root) as watcher:
        await eventually(watcher.alerts, WITHIN_S, "an alert")
    assert watcher.alerts()[0]["text"] == "1 USB device was plugged in: 0781:5567 at 1-2 Ultra"


async def test_without_the_kernels_deny_the_same_stick_is_let_in_and_it_is_lost(
    kernel: MockKernel, laptop: UsbLaptop
) -> None:
    bus = laptop.machine.path("/sys/bus/usb/devices/usb1/authorized_default")
    async with UsbWatcher(kernel, laptop.root) as watcher:
        bus.write_text("1")
        kernel.plug("1-2", STICK_AND_ALL, product="Ultra")
        found = await eventually(lambda: watcher.last(MeasureName.USB), WITHIN_S, "a look")
    assert laptop.machine.text("/sys/bus/usb/devices/1-2/authorized") == "1"  # the attack has succeeded
    assert (found["verdict"], found["severity"]) == (Verdict.LOST, Severity.BLOCK)
    assert "authorized_default is 1" in found["evidence"]
    assert "let in though not enrolled: 0781:5567 at port 1-2" in found["evidence"]
    measure = Usb(laptop.machine)
    measure.apply()
    assert finding(measure).verdict is Verdict.HOLDS
    assert laptop.machine.text("/sys/bus/usb/devices/1-2/authorized") == "0"


def test_the_installers_rules_are_read_back_as_what_was_enrolled(kernel: MockKernel, laptop: UsbLaptop) -> None:
    enrolment: Enrolment = laptop.attached(Use.BUILT_IN, "usb1", "1-4")
    assert parse_rules(render_rules(enrolment)) == {each.device for each in attached(laptop.machine)}
