"""What the system's manager was told by its files: one setting, and whether a unit is masked. Runs no tool."""

from typing import Final

from kiosk.lockdown.machine import Machine

MAIN: Final = "/etc/systemd/system.conf"
FOLDERS: Final = ("/usr/lib/systemd/system.conf.d", "/run/systemd/system.conf.d", "/etc/systemd/system.conf.d")
UNITS: Final = ("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system")  # the first that has it counts


def setting(machine: Machine, name: str) -> str | None:
    """The value that counts, by the order of systemd-system.conf(5); None for a setting that no file gives."""
    drop_ins = {file: f"{folder}/{file}" for folder in FOLDERS for file in machine.names(folder)}
    files = [MAIN, *(drop_ins[each] for each in sorted(drop_ins) if each.endswith(".conf"))]
    found = None
    for file in files:
        for line in machine.text_or(file, "").splitlines():
            key, is_given, value = line.partition("=")
            if is_given and key.strip() == name:
                found = value.strip()
    return found


def is_masked(machine: Machine, unit: str) -> bool:
    """Whether the file that counts for this unit leads nowhere. Raises OSError."""
    for folder in UNITS:
        path = machine.path(f"{folder}/{unit}")
        if path.is_symlink():
            return str(path.readlink()) == "/dev/null"
        if path.exists():
            return path.stat().st_size == 0
    return False
