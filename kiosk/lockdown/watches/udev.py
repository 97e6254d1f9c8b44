"""Hears from the kernel itself of every device that comes, goes or changes, and asks for a look; it decides nothing.

It listens to the kernel's events and not to udev's: they come first, they come when udevd is dead, stopped or told to
ignore a device, and nobody but the kernel can send them. It needs nothing of what udevd adds.
"""

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pyudev
import pyudev._ctypeslib.utils

from kiosk.lockdown.arrivals import Arrivals, Gathering
from kiosk.lockdown.libraries import library_named
from kiosk.policy.measures import MeasureName

CONCERNS: Final = MappingProxyType(
    {
        "usb": (MeasureName.USB, MeasureName.DEVICES),
        "drm": (MeasureName.DISPLAYS,),
        "power_supply": (MeasureName.POWER,),
        "net": (MeasureName.NETWORK, MeasureName.WIRELESS),
        "rfkill": (MeasureName.WIRELESS,),
        "bluetooth": (MeasureName.WIRELESS, MeasureName.USB),
        "video4linux": (MeasureName.DEVICES,),
        "sound": (MeasureName.DEVICES,),
        "input": (MeasureName.USB, MeasureName.POWER),  # a keyboard; a lid's switch
        "block": (MeasureName.STORAGE, MeasureName.USB),
        "tty": (MeasureName.USB,),
        "thunderbolt": (MeasureName.USB, MeasureName.DISPLAYS),
        "module": (MeasureName.KERNEL, MeasureName.USB),
    }
)
EVERYTHING: Final = tuple(name for name in MeasureName if any(name in concerned for concerned in CONCERNS.values()))
AT_A_TIME: Final = 64  # events read before the loop goes on, so that a flood holds up nothing else
HEARD_BYTES: Final = 4 * 1024 * 1024  # what the kernel keeps for us; it grows no further
TRY_AGAIN_S: Final = 5.0
KEPT_OUT: Final = b"0"
ASKED_FOR: Final = "SYNTH_UUID"  # an event that a program asked the kernel to send, as udev does for all at boot


class UdevWatch:
    """The kernel's device events on the running loop. Its callbacks are called there, and may not block."""

    def __init__(
        self,
        on_arrival: Callable[[Arrivals], None],
        on_deaf: Callable[[str], None],
        concerns: Mapping[str, Sequence[MeasureName]] = CONCERNS,
    ) -> None:
        """`on_arrival` hears of USB devices within a second; `on_deaf` that events can no longer be heard.

        `concerns`: which measures are looked at for which kind of device.
        """
        self._on_arrival, self._on_deaf, self._concerns = on_arrival, on_deaf, concerns
        self._gathering = Gathering()
        self._poke: Callable[[MeasureName], None] = lambda _name: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._monitor: pyudev.Monitor | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._trying: asyncio.TimerHandle | None = None

    def open(self, poke: Callable[[MeasureName], None]) -> None:
        """Listen; what is plugged in already and kept out has arrived. Raises OSError where nothing can be heard."""
        self._poke = poke
        self._loop = asyncio.get_running_loop()
        context = self._listen(self._loop)
        for device in context.list_devices(subsystem="usb", DEVTYPE="usb_device"):
            if device.attributes.get("authorized") == KEPT_OUT:
                self._gathering.arrived(self._now(), _name(device))
        self._tell()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> pyudev.Context:
        setattr(pyudev._ctypeslib.utils, "find_library", library_named)  # noqa: B010 - it would start ldconfig to find one
        try:
            context = pyudev.Context()
            monitor = pyudev.Monitor.from_netlink(context, source="kernel")
        except ImportError as error:
            raise OSError(errno.ENOSYS, f"the kernel's device events cannot be heard: {error}") from error
        with contextlib.suppress(OSError):  # without the right to it, the kernel's own size has to do
            monitor.set_receive_buffer_size(HEARD_BYTES)
        monitor.start()
        loop.add_reader(monitor.fileno(), self._hear)
        self._monitor = monitor
        return context

    def close(self) -> None:
        """Stop listening. Safe twice."""
        for timer in (self._telling, self._trying):
            if timer is not None:
                timer.cancel()
        self._telling = self._trying = None
        self._stop()

    def _stop(self) -> None:
        if self._monitor is not None and self._loop is not None:
            self._loop.remove_reader(self._monitor.fileno())
        self._monitor = None

    def _hear(self) -> None:
        """Read what has come, up to a limit; what is left calls again at once."""
        concerned: set[MeasureName] = set()
        try:
            for _ in range(AT_A_TIME):
                device = self._monitor.poll(timeout=0) if self._monitor is not None else None
                if device is None:
                    break
                concerned.update(self._heard(device))
        except OSError as error:
            concerned.update(EVERYTHING)  # something has happened, and we do not know what
            code = self._why(error)
            if code == errno.ENOBUFS:
                self._gathering.missed(self._now())
            else:
                self._is_deaf(os.strerror(code))
        self._tell()
        for name in EVERYTHING:
            if name in concerned:
                self._poke(name)

    def _heard(self, device: pyudev.Device) -> Sequence[MeasureName]:
        try:
            subsystem = device.subsystem
            is_new = device.action == "add" and device.get(ASKED_FOR) is None
            if is_new and subsystem == "usb" and device.device_type == "usb_device":
                self._gathering.arrived(self._now(), _name(device))
        except (OSError, ValueError):  # it has gone already, or its words are no text
            return EVERYTHING
        return self._concerns.get(subsystem, ())

    def _why(self, error: OSError) -> int:
        """What broke. pyudev only says that something did, and leaves the socket's error there; asking clears it."""
        assert self._monitor is not None
        with socket.socket(fileno=os.dup(self._monitor.fileno())) as same:
            return same.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or error.errno or errno.EIO

    def _is_deaf(self, why: str) -> None:
        self._stop()
        self._on_deaf(f"the kernel's device events cannot be heard: {why}")
        self._try_again_soon()

    def _try_again_soon(self) -> None:
        if self._loop is not None:
            self._trying = self._loop.call_later(TRY_AGAIN_S, self._try_again)

    def _try_again(self) -> None:
        """Listen anew, and have everything looked at that may have changed unheard."""
        assert self._loop is not None
        try:
            self._listen(self._loop)
        except OSError:
            self._try_again_soon()
        for name in EVERYTHING:
            self._poke(name)

    def _now(self) -> float:
        assert self._loop is not None
        return self._loop.time()

    def _tell(self) -> None:
        """Say what is due, and come back when the next is."""
        assert self._loop is not None
        if (arrivals := self._gathering.take(self._now())) is not None:
            self._on_arrival(arrivals)
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        if (due_s := self._gathering.due_s) is not None:
            self._telling = self._loop.call_at(due_s, self._tell)


def _name(device: pyudev.Device) -> str:
    """Id and port, by the kernel; then what the device calls itself."""
    vendor, _, rest = str(device.get("PRODUCT", "")).partition("/")
    usb_id = f"{vendor:0>4}:{rest.partition('/')[0]:0>4}"
    called = bytes(device.attributes.get("product") or b"").decode(errors="replace")
    return f"{usb_id} at {device.sys_name} {called}"
