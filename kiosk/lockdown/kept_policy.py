"""The signed policy on this laptop's disk: the newest, kept with what is trusted, and the one in force, in a file.

They differ while a call runs that began by the older one. Each is judged again whenever it is read, but not by its
age: without the network part the laptop could not fetch another. What it may still do then is `kiosk.papers`' affair.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.documents import LONGEST_BYTES, DocumentKind
from contract.envelope import NotAccepted
from contract.policy import Policy, network_in
from contract.policy_network import NetworkPolicy
from contract.policy_text import PolicyWrong
from contract.signed_policy import policy_of
from kiosk.errors import LockdownError
from kiosk.lockdown.state_file import replace_file
from kiosk.trusted import Refusal, Trusted

IN_FORCE: Final = "policy.jws"  # visit-firewall-again.path looks at it
KIND: Final = DocumentKind.POLICY


@dataclass(frozen=True)
class Kept:
    """A policy that checks out, and its document."""

    document: str
    policy: Policy


class NotUnderstood(LockdownError):
    """It is rightly signed, and says what this software does not know: software went back, or was never brought on."""


class KeptPolicy:
    """Reads both, by what this laptop trusts. The guard alone writes the file."""

    def __init__(self, folder: Path, trusted: Trusted) -> None:
        self._file, self._trusted = folder / IN_FORCE, trusted

    def newest(self) -> Kept | None:
        """The newest that was ever taken; None before the first. Raises LockdownError where it does not check out,

        and NotUnderstood where this software cannot read it.
        """
        document = None if self._trusted.kept is None else self._trusted.kept.policy
        if document is None:
            return None
        try:
            return self._judged(document)
        except Refusal as why:
            if isinstance(why.__cause__, NotAccepted) and isinstance(why.__cause__.__cause__, PolicyWrong):
                raise NotUnderstood(f"This software does not understand the signed policy: {why}") from None
            raise LockdownError(f"The signed policy on this laptop does not check out: {why}") from None

    def in_force(self) -> Kept | None:
        """The one that came into force last; where that does not check out, the newest. Raises LockdownError."""
        newest = self.newest()
        document = self._written()
        if newest is None or document is None:
            return None
        try:
            return newest if document == newest.document else self._judged(document)
        except Refusal:
            return newest

    def network(self) -> NetworkPolicy | None:
        """With whom the one in force lets this laptop speak; None where it leaves that to IT's file.

        Of a text that this software does not understand the network part counts alone, if that can be read, so that
        the laptop can be told something else. Raises LockdownError.
        """
        try:
            kept = self.in_force()
        except NotUnderstood:
            return self._network_alone()
        return None if kept is None else kept.policy.network

    def _network_alone(self) -> NetworkPolicy | None:
        written, kept = self._written(), self._trusted.kept
        if written is None:  # it never came into force
            return None
        for document in (written, None if kept is None else kept.policy):
            with contextlib.suppress(Refusal, PolicyWrong):
                if document is not None:
                    return network_in(self._trusted.known(KIND, document).payload)
        return None

    def waiting(self) -> str | None:
        """The newest, where it is not in force yet. Raises LockdownError."""
        newest = self.newest()
        return None if newest is None or newest.document == self._written() else newest.document

    def comes_into_force(self, document: str) -> None:
        """This one, which was taken, is the one in force from now on. Raises OSError."""
        replace_file(self._file, document.encode())

    def _judged(self, document: str) -> Kept:
        try:
            return Kept(document, policy_of(self._trusted.known(KIND, document)))
        except NotAccepted as why:
            raise Refusal(why.fault) from why

    def _written(self) -> str | None:
        """What the file says, as far as a policy can be long. Raises LockdownError."""
        try:
            with self._file.open("rb") as opened:
                return opened.read(LONGEST_BYTES[KIND] + 1).decode("ascii", "replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LockdownError(f"The signed policy on this laptop cannot be read: {error.strerror}.") from error
