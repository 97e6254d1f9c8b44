"""`kiosk end`: ends the call on this laptop now, through the guard; it opens nothing and needs no PIN."""

import argparse
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.errors import Unavailable

RUNTIME: Final = "/run/visit-kiosk"
WITHIN_S: Final = 2.0


def main(arguments: Sequence[str]) -> None:
    """Ask the guard to end the call. Raises Unavailable with one sentence."""
    parser = argparse.ArgumentParser(prog="kiosk end", description="End the call on this laptop now.")
    parser.add_argument(
        "--runtime",
        type=Path,
        default=Path(os.environ.get("RUNTIME_DIRECTORY", RUNTIME)),
        help=f"the guard's folder (default: {RUNTIME})",
    )
    options = parser.parse_args(arguments)
    end(options.runtime / "control.sock")
    print("Ended.")  # noqa: T201 - the answer of a command


def end(path: Path) -> None:
    """Ask the guard that listens at `path`. Raises Unavailable."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(WITHIN_S)
        try:
            line.connect(str(path))
            line.sendall(b'{"type":"end"}\n')
            answer = line.recv(256)
        except OSError as error:
            raise Unavailable("The guard does not answer. Use the power button, or the key on the screen.") from error
    if answer != b'{"ended":true}\n':
        raise Unavailable("The guard refused. Run this as root, or as the guard's own user.")
