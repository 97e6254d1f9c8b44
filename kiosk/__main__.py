"""The `kiosk` command: `kiosk run` is the laptop's screen, the others are for officers, IT and auditors."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from kiosk.errors import KioskError

COMMANDS: Final = MappingProxyType(
    {
        "run": ("kiosk.confined", "the laptop's screen"),
        "try": ("kiosk.commands.trying", "guard and screen on this desktop, to try them out"),
        "enrol": ("kiosk.commands.enrol", "make this laptop one of a service's own, with a code"),
        "enrol-offline": ("kiosk.commands.enrol_offline", "the same by files, where the service cannot be reached"),
        "check": ("kiosk.commands.check", "whether this laptop is locked down, and how"),
        "ready": ("kiosk.commands.ready", "check whether this laptop is ready for a call"),
        "end": ("kiosk.commands.end", "end the call on this laptop now"),
        "simulate": ("kiosk.commands.simulate", "a day of bookings and faults, by the rules"),
        "audit": ("kiosk.commands.audit", "check and read the audit trail"),
        "officer": ("kiosk.commands.officer", "who may use this laptop, and their PINs"),
        "drift": ("kiosk.commands.drift", "how this laptop differs from the one that was accepted"),
        "slips": ("kiosk.commands.slips", "printable slips of the day, for prisoners and officers"),
        "update": ("kiosk.commands.update", "put a newer release beside what runs"),
        "fetch-update": ("kiosk.commands.fetch_update", "fetch one file of a release, for systemd"),
        "healthy": ("kiosk.commands.healthy", "whether this boot is good, for systemd"),
        "clock": ("kiosk.commands.clock", "set the clock as the guard asks"),
        "firewall": ("kiosk.commands.firewall", "load the firewall of the policy, or show it"),
    }
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; what goes wrong on purpose is one sentence and status 2."""
    told = "; ".join(f"{name}: {what}" for name, (_, what) in COMMANDS.items())
    parser = argparse.ArgumentParser(prog="kiosk", description="The visit laptop.")
    parser.add_argument("command", choices=list(COMMANDS), help=f"{told} (see `kiosk COMMAND --help`)")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    module, _ = COMMANDS[options.command]
    try:
        importlib.import_module(module).main(options.rest)  # only what the command needs is loaded
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201 - this is what the person who typed it reads
        sys.exit(2)


if __name__ == "__main__":
    main()
