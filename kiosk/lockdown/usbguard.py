"""Whether USBGuard runs, and by our configuration and our rules. It reads, and changes nothing."""

from typing import Final

from kiosk.errors import Untrusted
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.usb_rules import Enrolment, parse_rules

PROGRAM: Final = "/usr/sbin/usbguard-daemon"
CONFIGURATION: Final = "/etc/usbguard/usbguard-daemon.conf"
RULES: Final = "/etc/usbguard/rules.conf"
# What each line is for stands in installer/usbguard/usbguard-daemon.conf.
REQUIRED: Final = {
    "RuleFile": RULES,
    "ImplicitPolicyTarget": "block",
    "PresentDevicePolicy": "apply-policy",
    "PresentControllerPolicy": "keep",
    "InsertedDevicePolicy": "apply-policy",
    "AuthorizedDefault": "none",
    "RestoreControllerDeviceState": "false",
    "DeviceManagerBackend": "uevent",
    "IPCAllowedUsers": "root",
}
FORBIDDEN: Final = ("RuleFolder", "IPCAllowedGroups", "IPCAccessControlFiles")
NOT_RUNNING: Final = frozenset("TtZXx")  # stopped, traced, dead: it has a pid and does nothing


def why_not_configured(machine: Machine) -> str | None:
    """What is wrong with the daemon's configuration; None when nothing is. Raises OSError."""
    found = {}
    for line in machine.text(CONFIGURATION).splitlines():
        name, is_setting, value = line.strip().partition("=")
        if is_setting and not name.startswith("#"):
            found[name.strip()] = value.strip()
    for name, value in REQUIRED.items():
        if found.get(name) != value:
            return f"{CONFIGURATION}: {name} is {found.get(name, 'not set')}, not {value}"
    extra = next((name for name in FORBIDDEN if found.get(name)), None)
    return f"{CONFIGURATION}: {extra} is set" if extra else None


def why_not_our_rules(machine: Machine, enrolment: Enrolment) -> str | None:
    """What is wrong with the rules; None when they let in what was enrolled and nothing else. Raises OSError."""
    try:
        allowed = parse_rules(machine.text(RULES))
    except Untrusted as error:
        return f"{RULES}: {error}"
    for device in sorted(allowed - enrolment.devices):
        return f"{RULES} lets in {device.id} at port {device.port}, which was not enrolled"
    for device in sorted(enrolment.devices - allowed):
        return f"{RULES} has no rule for the enrolled {device.id} at port {device.port}"
    return None


def pid(machine: Machine, last: int | None = None) -> int | None:
    """The running daemon's process: root's, of the program itself, and not stopped. Raises OSError.

    `last` is where it was found before, and is looked at first: all processes are many.
    """
    if last is not None and _is_daemon(machine, str(last)):
        return last
    return next((int(name) for name in machine.names("/proc") if name.isdecimal() and _is_daemon(machine, name)), None)


def _is_daemon(machine: Machine, process: str) -> bool:
    place = f"/proc/{process}"
    try:
        if machine.text(f"{place}/comm") != PROGRAM.rpartition("/")[2]:
            return False
        program = str(machine.path(f"{place}/exe").readlink())
        lines = machine.text(f"{place}/status").splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return False
    status = dict(line.split(":", 1) for line in lines if ":" in line)
    is_running = status.get("State", "Z").split()[0] not in NOT_RUNNING
    return program == PROGRAM and is_running and status.get("Uid", "-1").split()[0] == "0"
