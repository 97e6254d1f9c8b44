"""`kiosk clock`: sets the machine's clock to what the guard asks for, the service's signed time, and does nothing else.

Where nothing is asked for, as at the start, a clock that shows less than the laptop's own certificate was never set:
it is put there, since before that day no certificate of the service counts, and the service is who knows the time.
"""

import argparse
import fcntl
import struct
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from contract.strict import Malformed, parse
from kiosk.certificates import read
from kiosk.errors import LockdownError, Unavailable, Untrusted
from kiosk.lockdown.clock import boot_ms
from kiosk.lockdown.clock_setting import ASKED, CLOCK_ASKED
from kiosk.lockdown.identity_file import read_certificate
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import find_platform
from kiosk.wall_clock import EARLIEST

RUNTIME: Final = "/run/visit-kiosk"
IDENTITY: Final = "/var/lib/visit-kiosk/identity"
LONGEST_BYTES: Final = 1000
OLDEST_MS: Final = 60_000  # the guard asks again
RTC: Final = "/dev/rtc0"
RTC_SET_TIME: Final = 0x4024700A  # linux/rtc.h: _IOW('p', 0x0a, struct rtc_time), nine ints


def main(arguments: Sequence[str]) -> None:
    """Set it, if it is to be set. Raises KioskError with one sentence."""
    told = "Set this laptop's clock as its guard asks, or to a time at which it can find the service."
    argparse.ArgumentParser(prog="kiosk clock", description=told).parse_args(arguments)
    machine = Machine()
    if find_platform(machine) is None:
        raise LockdownError("This machine is no visit laptop, so its clock is left alone.")
    try:
        set_clock(machine, set_machine)
    except OSError as error:
        raise Unavailable(f"The clock cannot be set: {error.strerror}.") from error


def set_clock(machine: Machine, set_time: Callable[[datetime], None]) -> None:
    """The same, of a laptop, by `set_time`. Raises OSError, and LockdownError for an order that does not check out."""
    file = machine.path(f"{RUNTIME}/{ASKED}")
    if file.exists():
        wanted = _asked(file)
    elif (wanted := _earliest(machine.path(IDENTITY))) <= datetime.now(UTC):
        return
    set_time(wanted)


def _asked(file: Path) -> datetime:
    """What the guard asks for. The order is gone whatever comes of it: it would be carried out for ever."""
    with file.open("rb") as opened:
        order = opened.read(LONGEST_BYTES + 1)
    file.unlink()
    try:
        asked = parse(order, CLOCK_ASKED, LONGEST_BYTES)
    except Malformed as error:
        raise LockdownError("The order to set the clock does not check out.") from error
    if not 0 <= (now_ms := boot_ms()) - asked.boot_ms <= OLDEST_MS or asked.at < EARLIEST:
        raise LockdownError("The order to set the clock is of another time.")
    return asked.now(now_ms)


def _earliest(identity: Path) -> datetime:
    """Before which it cannot be: this software was not there, or this laptop was not enrolled."""
    try:
        return max(EARLIEST, read(read_certificate(identity)).not_valid_before_utc)
    except (LockdownError, Untrusted):
        return EARLIEST


def set_machine(wanted: datetime) -> None:
    """The machine's clock, and the battery-backed one, where there is one. Raises OSError."""
    time.clock_settime_ns(time.CLOCK_REALTIME, round(wanted.timestamp() * 1000) * 1_000_000)
    try:
        with Path(RTC).open("rb") as clock:
            fcntl.ioctl(clock, RTC_SET_TIME, rtc_time(wanted.astimezone(UTC)))
    except OSError as error:
        sys.stderr.write(f"kiosk: the battery-backed clock cannot be set: {error.strerror}\n")


def rtc_time(at: datetime) -> bytes:
    """As struct rtc_time has it; the kernel reads neither the days of week and year nor summer time."""
    return struct.pack("9i", at.second, at.minute, at.hour, at.day, at.month - 1, at.year - 1900, 0, 0, 0)
