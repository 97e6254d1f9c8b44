"""USB by USBGuard: what it lets in by our rules; and kill or stop USBGuard: deny stays in force.

Tier U: the real daemon with the installer's configuration, on devices by umockdev.
"""

import asyncio
import contextlib
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kiosk.lockdown import usbguard
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.usb import Usb
from kiosk.lockdown.usb_bus import attached
from kiosk.policy.measures import Severity, Verdict
from tests.fakes.eventually import eventually
from tests.fakes.mock_kernel import STORAGE_INTERFACE, MockKernel
from tests.fakes.usb_laptop import ROOT, STICK, UsbLaptop

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(usbguard.PROGRAM).exists(), reason="USBGuard is not installed here"),
]
STICK_AND_ALL = STICK + STORAGE_INTERFACE
BUS = "/sys/bus/usb/devices/usb1/authorized_default"
BY_CLASS = "allow with-interface one-of { 08:*:* }\n"


@pytest.fixture
def laptop(kernel: MockKernel, tmp_path: Path) -> UsbLaptop:
    return UsbLaptop(tmp_path, sys=kernel.sys)


@pytest.fixture
def kernel() -> Iterator[MockKernel]:
    with MockKernel() as kernel:
        kernel.has_bus()
        yield kernel


def let_in(laptop: UsbLaptop) -> set[str]:
    return {each.device.port for each in attached(laptop.machine) if each.is_authorised}


@contextlib.asynccontextmanager
async def usbguard_runs(
    kernel: MockKernel, laptop: UsbLaptop, rules: str | None = None, default: str = "none"
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real daemon with the installer's configuration, when it has judged every device."""
    folder = laptop.root / "usbguard"
    folder.mkdir()
    text = (ROOT / "installer/usbguard/usbguard-daemon.conf").read_text()
    text = text.replace("/etc/usbguard/rules.conf", f"{folder}/rules.conf")
    text = text.replace("/var/log/usbguard/usbguard-audit.log", f"{folder}/audit.log")
    text = text.replace("AuthorizedDefault=none", f"AuthorizedDefault={default}")
    rules = laptop.machine.text("/etc/usbguard/rules.conf") if rules is None else rules
    for name, content in (("conf", text), ("rules.conf", rules), ("audit.log", "")):
        (folder / name).write_text(content)
        (folder / name).chmod(0o600)
    daemon = await asyncio.create_subprocess_exec(
        usbguard.PROGRAM, "-c", str(folder / "conf"), env=kernel.environment, stderr=subprocess.DEVNULL
    )
    try:
        devices = len(attached(laptop.machine))
        judged = (folder / "audit.log").read_text
        await eventually(lambda: judged().count("Policy.Device.Update") >= devices, 10, "USBGuard has judged")
        yield daemon
    finally:
        if daemon.returncode is None:
            daemon.kill()
        await asyncio.wait_for(daemon.wait(), 10)


async def test_usbguard_lets_in_what_was_enrolled_by_id_hash_and_port_and_keeps_out_the_rest(
    kernel: MockKernel, laptop: UsbLaptop
) -> None:
    kernel.plug("1-2", STICK_AND_ALL, product="Ultra")
    laptop.machine.write("/sys/bus/usb/devices/1-4/authorized", "0")  # as the kernel starts with
    async with usbguard_runs(kernel, laptop):
        assert let_in(laptop) == {"usb1", "1-4"}
    assert finding(Usb(laptop.machine)).verdict is Verdict.HOLDS


async def test_usbguard_keeps_out_the_enrolled_camera_at_another_port(kernel: MockKernel, laptop: UsbLaptop) -> None:
    elsewhere = laptop.machine.text("/etc/usbguard/rules.conf").replace('"1-4"', '"1-3"')
    async with usbguard_runs(kernel, laptop, elsewhere):
        assert let_in(laptop) == {"usb1"}


async def test_without_rules_by_id_but_by_class_usbguard_lets_the_same_stick_in_and_it_is_lost(
    kernel: MockKernel, laptop: UsbLaptop
) -> None:
    kernel.plug("1-2", STICK_AND_ALL, product="Ultra")
    laptop.put("/etc/usbguard/rules.conf", BY_CLASS)
    async with usbguard_runs(kernel, laptop):
        assert "1-2" in let_in(laptop)  # the attack has succeeded
    found = finding(Usb(laptop.machine))
    assert (found.verdict, found.severity) == (Verdict.LOST, Severity.BLOCK)
    assert "0781:5567 at port 1-2" in found.evidence
    assert "by class without id, hash, via-port" in found.evidence


@pytest.mark.attack("kill-usbguard")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_usbguard_killed_leaves_the_deny_in_force(
    kernel: MockKernel, laptop: UsbLaptop, how: signal.Signals
) -> None:
    laptop.machine.write(BUS, "1")
    async with usbguard_runs(kernel, laptop) as daemon:
        daemon.send_signal(how)
        await asyncio.wait_for(daemon.wait(), 10)
    assert usbguard.pid(Machine()) is None
    kernel.plug("1-2", STICK_AND_ALL, product="Ultra")
    assert let_in(laptop) == {"usb1", "1-4"}
    assert finding(Usb(laptop.machine)).verdict is Verdict.HOLDS


@pytest.mark.attack("kill-usbguard")
async def test_without_our_configuration_the_same_end_of_usbguard_lets_the_stick_in_and_it_is_lost(
    kernel: MockKernel, laptop: UsbLaptop
) -> None:
    laptop.machine.write(BUS, "1")
    async with usbguard_runs(kernel, laptop, default="keep") as daemon:
        daemon.terminate()
        await asyncio.wait_for(daemon.wait(), 10)
    kernel.plug("1-2", STICK_AND_ALL, product="Ultra")
    assert "1-2" in let_in(laptop)  # the attack has succeeded
    found = finding(Usb(laptop.machine))
    assert (found.verdict, found.severity) == (Verdict.LOST, Severity.BLOCK)


@pytest.mark.attack("kill-usbguard")
async def test_a_running_usbguard_is_seen_and_a_stopped_one_is_not(kernel: MockKernel, laptop: UsbLaptop) -> None:
    async with usbguard_runs(kernel, laptop) as daemon:
        assert usbguard.pid(Machine()) == daemon.pid
        daemon.send_signal(signal.SIGSTOP)
        await eventually(lambda: usbguard.pid(Machine()) is None, 10, "it is stopped")


def test_the_hash_is_the_one_that_usbguard_computes(kernel: MockKernel, laptop: UsbLaptop) -> None:
    kernel.plug("1-2", STICK_AND_ALL, product="Ultra  Fit ", serial="  4C53")
    command = ("/usr/bin/usbguard", "generate-policy")
    said = subprocess.run(command, env=kernel.environment, capture_output=True, text=True, check=True).stdout
    ours = {each.device.hash for each in attached(laptop.machine)}
    assert len(ours) == 3
    assert {word for word in said.split('"') if len(word) == 44} >= ours
