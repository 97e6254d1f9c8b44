"""With whom this laptop may speak: by its signed policy or, before there is one, by IT's file. One answer for all."""

from pathlib import Path
from typing import Final

from contract.policy_network import NetworkPolicy
from kiosk.lockdown.identity_file import find_identity
from kiosk.lockdown.kept_policy import KeptPolicy
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.policy_file import read_policy
from kiosk.lockdown.trust_file import TrustFile
from kiosk.trusted import Trusted

STATE: Final = "/var/lib/visit-kiosk"
IDENTITY: Final = "/var/lib/visit-kiosk/identity"


def network_policy(machine: Machine) -> NetworkPolicy:
    """The signed policy's network part, where it has one. Raises LockdownError with one sentence.

    A signed policy that does not check out lets nothing through, whatever IT's file says: somebody changed it. One that
    checks out and cannot be understood bars calls (`kiosk.papers`), but not the way to a newer one.
    """
    signed = _signed(machine.path(STATE), machine.path(IDENTITY))
    return read_policy(machine).network if signed is None else signed


def _signed(state: Path, identity_folder: Path) -> NetworkPolicy | None:
    identity = find_identity(identity_folder)
    if identity is None:
        return None
    return KeptPolicy(state, Trusted(identity, TrustFile(state).read())).network()
