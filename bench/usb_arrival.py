"""How long a USB device that is plugged in stays untold: from its uevent (umockdev) to the alert of the real watch."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.fakes.eventually import eventually
from tests.fakes.mock_kernel import MockKernel
from tests.fakes.usb_laptop import STICK, UsbLaptop
from tests.fakes.usb_watcher import UsbWatcher

TOLD_WITHIN_S: Final = 10.0


def usb_arrival_s(arrivals: int) -> list[float]:
    """Seconds from each arrival to its alert; each to a watch that has heard of none before, in its own process."""
    return [asyncio.run(_once()) for _ in range(arrivals)]


async def _once() -> float:
    with tempfile.TemporaryDirectory() as folder, MockKernel() as kernel:
        kernel.has_bus()
        laptop = UsbLaptop(Path(folder), sys=kernel.sys)
        async with UsbWatcher(kernel, laptop.root) as watcher:
            plugged = time.monotonic()
            kernel.plug("1-2", STICK, product="Ultra")
            await eventually(watcher.alerts, TOLD_WITHIN_S, "an alert")
        alerted: float = watcher.alerts()[0]["at"]
        return alerted - plugged
