"""Measure *network*: this machine speaks to the addresses of its policy and to nothing else. It writes no policy."""

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Final

from contract.policy_network import NetworkPolicy
from kiosk.errors import LockdownError
from kiosk.lockdown.firewall import Users, render, replacing_everything
from kiosk.lockdown.live_firewall import NFT, Live, by_nft
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, holds, lost
from kiosk.lockdown.network_policy import network_policy
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.users import find_uid, uid_of
from kiosk.policy.measures import MeasureName, Severity

DHCP_USER: Final = "systemd-network"
LISTED_EVERY_S: Final = 30.0  # a listing is a process of its own; `NetfilterWatch` tells of changes at once


class Network:
    """The firewall, whole: what is live is the very text that policy and users make, and there is no other table."""

    name = MeasureName.NETWORK
    threat = "The laptop, or what runs on it unnoticed, speaks to somebody other than the visit service."
    severity = Severity.BLOCK
    every_s = LISTED_EVERY_S

    def __init__(self, machine: Machine, platform: Platform, live: Live | None = None) -> None:
        """`live` says what the kernel holds, for whoever may only look: it then loads nothing. By default nft does."""
        self._machine, self._platform = machine, platform
        self._live, self._may_load = live or by_nft(machine), live is None

    def apply(self) -> None:
        """Load it in one transaction. Where policy or users are wrong nothing is let through, and it says so."""
        if not self._may_load:
            return
        try:
            ruleset = self.ruleset()
        except (LockdownError, OSError):
            self._load(render(None, None))
            raise
        self._load(ruleset)

    def look(self) -> Look:
        """Compare what the kernel lists with what ought to be loaded, rule by rule."""
        live = self._live()  # before the policy is read: a firewall that is gone is told first
        if live == "":
            return lost("no firewall is loaded: run `kiosk firewall load`, or restart the laptop")
        wanted = self.ruleset()
        if live != wanted:
            return lost(f"the firewall is not the one of the policy: {_difference(live, wanted)}")
        return holds(f"table inet visit alone, {wanted.count(' accept')} rules let through, sha256 {_digest(live)}")

    @contextlib.contextmanager
    def opened_for(self, policy: NetworkPolicy) -> Iterator[None]:
        """For this while by this policy, where the laptop's own cannot be made out; then shut. Raises KioskError."""
        self._load(render(policy, self._users()))
        try:
            yield
        finally:
            self._load(render(None, None))

    def is_all_shut(self) -> bool:
        """Whether what is live lets nothing in and nothing out. Raises Unavailable."""
        return self._live() == render(None, None)

    def ruleset(self) -> str:
        """What ought to be loaded. Raises LockdownError or OSError where policy or users are wrong."""
        return render(network_policy(self._machine), self._users())

    def _users(self) -> Users:
        shell, update = (self._platform.shell_user, self._platform.update_user)
        return Users(uid_of(self._machine, shell), self._dhcp_users(), find_uid(self._machine, update))

    def _dhcp_users(self) -> tuple[int, ...]:
        networkd = find_uid(self._machine, DHCP_USER)
        return (0,) if networkd is None else (0, networkd)

    def _load(self, ruleset: str) -> None:
        self._machine.run(NFT, "--file", "-", given=replacing_everything(ruleset))


def _difference(live: str, wanted: str) -> str:
    """The first line that one has and the other has not."""
    there, ought = ([line.strip() for line in text.splitlines()] for text in (live, wanted))
    extra = next((line for line in there if line not in ought), None)
    if extra is not None:
        return f"it also has '{extra}'"
    missing = next((line for line in ought if line not in there), None)
    return "its lines stand elsewhere" if missing is None else f"it lacks '{missing}'"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
