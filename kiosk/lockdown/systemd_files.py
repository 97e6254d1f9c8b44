"""What systemd's configuration files say together, as systemd reads them; it asks no running systemd."""

from typing import Final

from kiosk.lockdown.machine import Machine

FOLDERS: Final = ("/usr/lib/systemd", "/usr/local/lib/systemd", "/run/systemd", "/etc/systemd")  # the last wins
UNITS: Final = "/etc/systemd/system"
MASK: Final = "/dev/null"


def settings(machine: Machine, file: str) -> dict[str, str]:
    """The settings of `file` (such as `logind.conf`) and its drop-ins; the section does not matter. Raises OSError.

    A drop-in replaces one of the same name in a folder before; all are read by name, and the last line counts
    (systemd.conf(5), CONFIGURATION DIRECTORIES AND PRECEDENCE).
    """
    main = [f"{folder}/{file}" for folder in FOLDERS if machine.has(f"{folder}/{file}")]
    drop_ins = {
        name: f"{folder}/{file}.d/{name}"
        for folder in FOLDERS
        for name in machine.names(f"{folder}/{file}.d")
        if name.endswith(".conf")
    }
    found: dict[str, str] = {}
    for place in (*main[-1:], *(drop_ins[name] for name in sorted(drop_ins))):
        for line in machine.text(place).splitlines():
            name, is_setting, value = line.strip().partition("=")
            if is_setting and name[:1] not in "#;":
                found[name.strip()] = value.strip()
    return found


def wrong_settings(machine: Machine, file: str, required: dict[str, str]) -> tuple[str, ...]:
    """Which settings are not as required, each with what it is. Raises OSError."""
    found = settings(machine, file)
    return tuple(
        f"{file}: {name} is {found.get(name, 'not set')}, not {value}"
        for name, value in required.items()
        if found.get(name) != value
    )


def unmasked(machine: Machine, units: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these units are not masked for good. Raises OSError."""
    return tuple(unit for unit in units if not _is_masked(machine, unit))


def _is_masked(machine: Machine, unit: str) -> bool:
    place = machine.path(f"{UNITS}/{unit}")
    return place.is_symlink() and str(place.readlink()) == MASK
