"""`kiosk firewall`: loads the firewall of the policy before there is a network, or shows it; on any doubt it fails.

`load` ends with 0 only when what is live is what the policy asks for, and with 3 where there is no valid policy and
nothing is let through: the laptop then stays up, takes no call and says why. Else the unit that runs it restarts it.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.network import Network
from kiosk.lockdown.platform import find_platform
from kiosk.policy.measures import Verdict

ALL_SHUT: Final = 3  # SuccessExitStatus= of visit-firewall.service
WHAT: Final = {"load": "load it, in one step, and prove that it is live", "show": "print it; loads nothing"}


def main(arguments: Sequence[str]) -> None:
    """Load or show. Raises KioskError with one sentence, which ends the command with 2."""
    parser = argparse.ArgumentParser(prog="kiosk firewall", description="The firewall of this laptop.")
    does = parser.add_subparsers(required=True, dest="what", metavar="COMMAND")
    for name, told in WHAT.items():
        does.add_parser(name, help=told)
    act(parser.parse_args(arguments).what, Machine())


def act(what: str, machine: Machine) -> None:
    """The same, on this machine. A machine that is no laptop of ours keeps the firewall it has."""
    platform = find_platform(machine)
    if platform is None:
        raise LockdownError("This machine is no visit laptop, so its firewall is left alone.")
    network = Network(machine, platform)
    if what == "load":
        _load(network)
    else:
        try:
            sys.stdout.write(network.ruleset())
        except OSError as error:
            raise LockdownError(f"The firewall cannot be made: {error}.") from error


def _load(network: Network) -> None:
    try:
        network.apply()
    except (LockdownError, OSError) as error:
        if not network.is_all_shut():
            raise LockdownError(f"The firewall cannot be made: {error}.") from error
        sys.stderr.write(f"kiosk: The firewall cannot be made, so nothing is let through: {error}\n")
        sys.exit(ALL_SHUT)
    found = finding(network)
    if found.verdict is not Verdict.HOLDS:
        raise LockdownError(f"The firewall did not take: {found.evidence}.")
    sys.stdout.write(f"{found.evidence}\n")
