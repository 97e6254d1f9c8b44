"""Composition root of the guard: reads the command line, and runs one guard after another as policies change."""

import argparse
import asyncio
import logging
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.errors import KioskError
from kiosk.guarded_day import SOCKET
from kiosk.guarding import Guard
from kiosk.lockdown.catalogue import held_here
from kiosk.lockdown.enforcement import Held
from kiosk.lockdown.folders import Folders, folders_from, open_trail
from kiosk.lockdown.lasting import lasting
from kiosk.lockdown.own import NOT_ENROLLED, Own, own_from
from kiosk.lockdown.policy_in_force import policy_here

LOG: Final = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the guard: `kiosk-guard --runtime DIR --identity DIR [--state DIR] [-- SHELL COMMAND]`."""
    parser = argparse.ArgumentParser(prog="kiosk-guard", description="The authority of the laptop.")
    parser.add_argument(
        "--runtime", type=Path, required=True, help="folder for the sockets, writable by this user only"
    )
    parser.add_argument("--state", type=Path, help="folder for trail, journal and officers (default: RUNTIME/state)")
    parser.add_argument("--identity", type=Path, help="folder of this laptop's identity (`kiosk enrol`)")
    parser.add_argument("--vault", type=Path, help="a demo's folder of secrets; a laptop has them from systemd")
    parser.add_argument("shell", nargs="*", help="after --: the command that starts the shell")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="guard %(levelname)s %(message)s")
    try:
        held = held_here()
        own = own_from(options.identity, options.vault, on_laptop=held.platform is not None)
        asyncio.run(serve(folders_from(options.runtime, options.state), options.shell, held, own))
    except KioskError as error:
        LOG.critical("the guard does not start: %s", error)
        raise SystemExit(2) from None


async def serve(folders: Folders, shell: Sequence[str], held: Held, own: Own = NOT_ENROLLED) -> None:
    """Run the guard of a machine that is `held` to its measures, until it is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    kept = lasting(open_trail(folders.state), shell, folders.runtime / SOCKET)
    try:
        kept.watchdog.open()
        while not stop.is_set():
            policy = policy_here(folders, own)
            await Guard(folders, kept, policy, held, own).run(stop)
    finally:
        kept.watchdog.stopping()
        if kept.process is not None:
            await kept.process.stop()
        kept.watchdog.close()
        if kept.trail is not None:
            kept.trail.close()


if __name__ == "__main__":
    main()
