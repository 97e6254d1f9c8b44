"""What the kernel holds of a firewall: asked by nft itself, or of the unit that may ask it. It changes nothing."""

import socket
from collections.abc import Callable
from typing import Final

from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

NFT: Final = "/usr/sbin/nft"
PROOF: Final = "/run/visit-firewall/proof.sock"  # of visit-firewall-proof.socket
ANSWERS_WITHIN_S: Final = 10.0  # a unit starts for it, on a machine that may be busy with a call
LONGEST_BYTES: Final = 1024 * 1024
Live = Callable[[], str]


def by_nft(machine: Machine) -> Live:
    """Asked here. Needs CAP_NET_ADMIN; raises Unavailable."""
    return lambda: machine.run(NFT, "--stateless", "list", "ruleset")


def by_unit(machine: Machine) -> Live:
    """Asked of a unit that has the right and nothing else: the guard has none over the network."""
    return lambda: _read(str(machine.path(PROOF)))


def _read(path: str) -> str:
    """All that is said on the socket at `path`. Raises Unavailable; an answer that is cut short is none."""
    said = bytearray()
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(ANSWERS_WITHIN_S)
        try:
            line.connect(path)
            while more := line.recv(65536):
                said += more
                if len(said) > LONGEST_BYTES:
                    raise Unavailable("the firewall is longer than any of ours")
        except OSError as error:
            raise Unavailable(f"nobody says what the firewall holds ({path}: {type(error).__name__})") from error
    return said.decode(errors="replace")
