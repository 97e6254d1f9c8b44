"""Environment: the shell's process was started with what the launcher decided and no more. Changes only the keyring."""

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk.errors import LockdownError
from kiosk.lockdown.clean_environment import SAID_ONCE
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.policy.measures import MeasureName, Severity

PLATFORM_PLUGINS: Final = frozenset({"libqwayland.so", "libqwayland-generic.so"})  # what draws inside cage
STARTED_WITH: Final = "/proc/self/environ"


class Environment:
    """A cleared environment, an isolated interpreter, a pinned keyring and no plugin of Qt but the one used.

    `decided` is the whole environment as the launcher cleaned it; `strange` names what in it a laptop would not keep.
    """

    name = MeasureName.ENVIRONMENT
    threat = "A variable, a settings file or a plugin makes the shell load code, or show itself elsewhere."
    severity = Severity.BLOCK
    every_s = 60.0

    def __init__(
        self,
        machine: Machine,
        decided: Mapping[str, str],
        *,
        on_laptop: bool,
        plugins: Path | None = None,
    ) -> None:
        self._machine, self._decided, self._on_laptop = machine, dict(decided), on_laptop
        self._plugins = plugins

    def apply(self) -> None:
        """Pin the keyring's backend to one without secrets; the shell's own was read before, from the vault."""
        import keyring  # noqa: PLC0415 - only after the environment is known to be clean
        from keyring.backends import fail  # noqa: PLC0415

        keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # keyring does not annotate it
        if not isinstance(keyring.get_keyring(), fail.Keyring):
            raise LockdownError("the keyring is not the one that was pinned")

    def look(self) -> Look:
        """Compare what the process was started with, and what it has, with what was decided."""
        return all_of(_isolation(), self._variables(), _keyring(), self._of_a_laptop(), self._platform_plugins())

    def _variables(self) -> Look:
        started_with = parse(self._machine.path(STARTED_WITH).read_bytes())
        expected = of_libraries()
        now = {name: value for name, value in self._decided.items() if name in SAID_ONCE}  # whether taken out or not
        now |= {name: value for name, value in os.environ.items() if expected.get(name) != value}
        for whose, found in (("it was started with", started_with), ("it has", now)):
            names = sorted(found.keys() | self._decided.keys())
            if strange := [name for name in names if found.get(name) != self._decided.get(name)]:
                return lost(f"variables {whose} are not those decided: {' '.join(strange)}")
        return holds(f"{len(self._decided)} variables, all decided here")

    def _of_a_laptop(self) -> Look:
        if not self._on_laptop:
            return lost("the variables are those of a desktop, for no image of ours is installed here")
        return holds("those of a laptop")

    def _platform_plugins(self) -> Look:
        folder = self._plugins or qt_plugins()
        if folder is None:
            return lost("Qt is not installed")
        try:
            found = {file.name for file in (folder / "platforms").iterdir()}
        except FileNotFoundError:
            return lost(f"there is no {folder}/platforms")
        if surplus := sorted(found - PLATFORM_PLUGINS):
            return lost(f"{folder}/platforms also holds {' '.join(surplus)}")
        return holds("Qt can draw by Wayland only")


def parse(block: bytes) -> dict[str, str]:
    """An environment as the kernel keeps it."""
    pairs = (entry.partition(b"=") for entry in block.split(b"\0") if entry)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def of_libraries() -> dict[str, str]:
    """What libraries set as they are loaded. Nothing reads it: it is for programs, and the shell starts none."""
    found = {"PYSIDE6_OPTION_PYTHON_ENUM": "True"}
    if (cv2 := _folder_of("cv2")) is not None:
        found["LD_LIBRARY_PATH"] = f"{cv2.resolve()}/../../lib64:"
    return found


def qt_plugins() -> Path | None:
    """Where PySide6 has Qt's plugins, without loading it."""
    folder = _folder_of("PySide6")
    return None if folder is None else folder / "Qt" / "plugins"


def _folder_of(package: str) -> Path | None:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0])


def _isolation() -> Look:
    if not sys.flags.isolated or not sys.flags.ignore_environment or not sys.flags.no_user_site:
        return lost("Python was not started isolated (-I)")
    return holds("Python is isolated")


def _keyring() -> Look:
    import keyring  # noqa: PLC0415
    from keyring.backends import fail  # noqa: PLC0415

    backend = type(keyring.get_keyring())
    if backend is not fail.Keyring:
        return lost(f"the keyring is {backend.__module__}.{backend.__qualname__}, not the one pinned")
    return holds("the keyring is pinned")
