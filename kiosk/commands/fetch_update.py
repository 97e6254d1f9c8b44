"""`kiosk fetch-update`: fetches one file of an update for root, as a user of its own; started by a socket of systemd's.

It reads what is wanted from its standard input and writes the file to its standard output, which are one socket.
"""

import argparse
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contract.strict import Malformed, parse
from kiosk.errors import LockdownError, Unavailable
from kiosk.link.trust import Trust
from kiosk.lockdown.identity_file import credentials_at
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import find_platform
from kiosk.lockdown.vault import open_vault
from kiosk.update.fetching import LONGEST_LINE, WANTED, fetch

IDENTITY: Final = "/run/visit-identity"


def main(arguments: Sequence[str]) -> None:
    """Fetch it. Raises KioskError with one sentence for the journal."""
    parser = argparse.ArgumentParser(prog="kiosk fetch-update", description="Fetch one file of an update, for systemd.")
    parser.add_argument("--identity", type=Path, default=Path(IDENTITY), help=f"default: {IDENTITY}")
    parser.add_argument("--vault", type=Path, help="a demo's folder of secrets; a laptop has them from systemd")
    options = parser.parse_args(arguments)
    try:
        wanted = parse(sys.stdin.buffer.readline(LONGEST_LINE), WANTED, LONGEST_LINE)
    except Malformed as error:
        raise LockdownError("What is wanted does not check out.") from error
    vault = open_vault(on_laptop=find_platform(Machine()) is not None, folder=options.vault)
    credentials = credentials_at(options.identity, vault)
    if credentials is None and wanted.place is None:
        raise Unavailable("This laptop is not enrolled, so there is no service to ask for updates.")

    def secured() -> ssl.SSLContext:
        if credentials is None:
            raise ssl.SSLError("not enrolled")
        return Trust(credentials).context

    fetch(wanted, "" if credentials is None else credentials.service.rstrip("/"), secured, sys.stdout.buffer)
