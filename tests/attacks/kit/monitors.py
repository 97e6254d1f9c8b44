"""Plugs monitors into an X server, by its RandR extension: what is plugged in is real to every program on it.

Run as `python -m tests.attacks.kit.monitors DISPLAY NAME [X WIDTH HEIGHT [output]]`; without a place it is pulled out.
A process of its own, because Xlib ends whatever process it is in when the server goes.
"""

import ctypes
import sys
from ctypes import POINTER, c_char_p, c_int, c_ulong, c_void_p
from typing import Final

ALL: Final = 1


class _Monitor(ctypes.Structure):
    """XRRMonitorInfo; see X11/extensions/Xrandr.h."""

    _fields_ = (
        ("name", c_ulong),
        ("primary", c_int),
        ("automatic", c_int),
        ("noutput", c_int),
        *((name, c_int) for name in ("x", "y", "width", "height", "mwidth", "mheight")),
        ("outputs", POINTER(c_ulong)),
    )


class Monitors:
    """The monitors of one display. The server has a single output, which the first one plugged in takes."""

    def __init__(self, display: str) -> None:
        self._x, self._randr = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXrandr.so.2")
        self._x.XOpenDisplay.restype = c_void_p
        self._x.XDefaultRootWindow.restype, self._x.XDefaultRootWindow.argtypes = c_ulong, [c_void_p]
        self._x.XInternAtom.restype, self._x.XInternAtom.argtypes = c_ulong, [c_void_p, c_char_p, c_int]
        self._x.XSync.argtypes, self._x.XCloseDisplay.argtypes = [c_void_p, c_int], [c_void_p]
        self._randr.XRRGetMonitors.restype = POINTER(_Monitor)
        self._randr.XRRGetMonitors.argtypes = [c_void_p, c_ulong, c_int, POINTER(c_int)]
        self._randr.XRRAllocateMonitor.restype = POINTER(_Monitor)
        self._randr.XRRAllocateMonitor.argtypes = [c_void_p, c_int]
        self._randr.XRRSetMonitor.argtypes = [c_void_p, c_ulong, POINTER(_Monitor)]
        self._randr.XRRDeleteMonitor.argtypes = [c_void_p, c_ulong, c_ulong]
        self._display = self._x.XOpenDisplay(display.encode())
        self._root = self._x.XDefaultRootWindow(self._display)
        count = c_int()
        found = self._randr.XRRGetMonitors(self._display, self._root, ALL, ctypes.byref(count))
        self._output = next(found[n].outputs[0] for n in range(count.value) if found[n].noutput)

    def plug_in(self, name: str, place: tuple[int, int, int], *, takes_output: bool) -> None:
        """A monitor of this name is there, at this place."""
        made = self._randr.XRRAllocateMonitor(self._display, int(takes_output))
        monitor = made[0]
        monitor.name, monitor.primary = self._atom(name), int(takes_output)
        monitor.x, monitor.width, monitor.height = place
        monitor.mwidth, monitor.mheight = 300, 200
        if takes_output:
            monitor.outputs[0] = self._output
        self._randr.XRRSetMonitor(self._display, self._root, made)
        self._x.XSync(self._display, 0)

    def pull_out(self, name: str) -> None:
        """It is there no more."""
        self._randr.XRRDeleteMonitor(self._display, self._root, self._atom(name))
        self._x.XSync(self._display, 0)

    def _atom(self, name: str) -> int:
        return int(self._x.XInternAtom(self._display, name.encode(), 0))


def main(display: str, name: str, *place: str) -> None:
    monitors = Monitors(display)
    if place:
        x, width, height = map(int, place[:3])
        monitors.plug_in(name, (x, width, height), takes_output="output" in place)
    else:
        monitors.pull_out(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
