"""Which variables the shell keeps, and with which values. Everything else is dropped. It changes nothing."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

RUNTIME: Final = Path("/run/visit-shell")
SOUND_SERVER: Final = "unix:/run/visit-sound/native"
KEYS_ARE_AT: Final = frozenset({"CREDENTIALS_DIRECTORY", "DBUS_SESSION_BUS_ADDRESS"})  # kiosk.confined takes them out
SAID_ONCE: Final = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) | KEYS_ARE_AT  # kiosk.watchdog: these
FIXED: Final = MappingProxyType(
    {
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",  # glibc would keep free memory in eight places a core; a call takes 20 MB less so
        "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "1",  # seconds that a silent camera is waited for; else 10
        "QT_WAYLAND_DISABLE_WINDOWDECORATION": "1",  # Qt otherwise draws a title bar with buttons
        "QT_WAYLAND_FRAME_CALLBACK_TIMEOUT": "1000",  # ms; a slower compositor has stopped (kiosk.ui.screens), else 100
        "SSL_CERT_DIR": "/nonexistent",  # no public authority is believed, and loading them all takes 7 MB
        "SSL_CERT_FILE": "/dev/null",
    }
)
ON_LAPTOP: Final = MappingProxyType(
    {
        "WAYLAND_DISPLAY": re.compile(r"wayland-[0-9]{1,3}"),
        "XDG_RUNTIME_DIR": re.compile(re.escape(str(RUNTIME))),
        "NOTIFY_SOCKET": re.compile(r"/run/systemd/notify|@/org/freedesktop/systemd1/notify(/[0-9]+)?"),
        "WATCHDOG_USEC": re.compile(r"[0-9]{1,12}"),
        "WATCHDOG_PID": re.compile(r"[0-9]{1,9}"),
        "CREDENTIALS_DIRECTORY": re.compile(r"/run/credentials/visit-shell\.service"),
    }
)
_A_PATH: Final = re.compile(r"/[^\x00-\x1f]{1,400}")
ON_A_DESKTOP: Final = MappingProxyType(
    {
        "WAYLAND_DISPLAY": re.compile(r"wayland-[0-9]{1,3}"),
        "DISPLAY": re.compile(r":[0-9]{1,5}(\.[0-9])?"),
        "XAUTHORITY": _A_PATH,
        "XDG_RUNTIME_DIR": _A_PATH,
        "PULSE_SERVER": re.compile(r"unix:/[^\x00-\x1f]{1,400}"),
        "PULSE_COOKIE": _A_PATH,
        "PULSE_RUNTIME_PATH": _A_PATH,
        "DBUS_SESSION_BUS_ADDRESS": re.compile(r"unix:path=/[\x21-\x7e]{1,400}"),  # the desktop's keyring
        "NOTIFY_SOCKET": _A_PATH,
        "WATCHDOG_USEC": re.compile(r"[0-9]{1,12}"),
        "WATCHDOG_PID": re.compile(r"[0-9]{1,9}"),
    }
)


def cleaned(given: Mapping[str, str], *, on_laptop: bool, runtime: Path, more: tuple[str, ...] = ()) -> dict[str, str]:
    """The whole environment of the shell, from the one it was given; cleaning twice changes nothing.

    `more` are variables that a composition other than the product's adds; a laptop keeps none of them.
    """
    rules = ON_LAPTOP if on_laptop else ON_A_DESKTOP
    kept = {name: given[name] for name, rule in rules.items() if name in given and rule.fullmatch(given[name])}
    found = {**FIXED, **kept, "HOME": str(runtime), "TMPDIR": str(runtime), "QT_QPA_PLATFORM": platform_for(kept)}
    if on_laptop:
        return {**found, "XDG_RUNTIME_DIR": str(RUNTIME), "PULSE_SERVER": SOUND_SERVER, "QT_QPA_PLATFORM": "wayland"}
    found |= {name: given[name] for name in more if name in given}
    if "XDG_RUNTIME_DIR" not in found:
        found.setdefault("PULSE_RUNTIME_PATH", str(runtime))  # libpulse would make a folder that nobody removes
    return found | _from_home(given, found)


def platform_for(kept: Mapping[str, str]) -> str:
    """Which plugin of Qt draws, by what there is to draw on; never by what the environment asks for."""
    if "WAYLAND_DISPLAY" in kept:
        return "wayland"
    return "xcb" if "DISPLAY" in kept else "offscreen"


def _from_home(given: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """A developer's display and sound server know this user by files at home, and home is elsewhere now."""
    home = given.get("HOME", "")
    if not _A_PATH.fullmatch(home):
        return {}
    files = {"XAUTHORITY": Path(home, ".Xauthority"), "PULSE_COOKIE": Path(home, ".config/pulse/cookie")}
    return {name: str(file) for name, file in files.items() if name not in found and _is_there(file)}


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:
        return False
