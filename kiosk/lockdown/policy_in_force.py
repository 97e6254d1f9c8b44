"""What the guard goes by: the policy in force, read once; a newer one is kept and waits until no call runs.

Whoever builds the guard builds this anew with it: in a running call no number changes.
"""

import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from contract.documents import DocumentFault, DocumentKind
from contract.enrolment import Identity
from contract.envelope import Envelope, NotAccepted
from contract.policy import Policy
from contract.policy_network import Endpoint, endpoint_at
from contract.policy_text import PolicyWrong
from contract.signed_policy import policy_of
from contract.words import Use
from kiosk.errors import LockdownError
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.enrolled import trusted_here
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.kept_policy import Kept, KeptPolicy, NotUnderstood
from kiosk.lockdown.own import Own
from kiosk.lockdown.state_file import replace_file
from kiosk.lockdown.trust_file import TrustFile
from kiosk.papers import Papers, PolicyDates
from kiosk.policy.numbers import Numbers
from kiosk.policy_numbers import numbers_of
from kiosk.ports import Record
from kiosk.trusted import Refusal

LOG: Final = logging.getLogger(__name__)
HEARD: Final = "policy-heard.json"
HEARD_EVERY: Final = timedelta(minutes=10)  # ages are counted in days: no need to write more often
TURNS_TO_WAIT: Final = 60  # after a disk that took nothing
KIND: Final = DocumentKind.POLICY


class PolicyInForce:
    """`numbers` never change. Once it `is_over` another one is in force, and whoever goes by this one begins anew."""

    def __init__(self, folder: Path, kept: KeptPolicy, service: Endpoint | None = None) -> None:
        """`service` is where a laptop with a firewall has to reach; None for a name, and for a DEMO."""
        self._kept, self._service = kept, service
        self._heard = HeardFile(folder / HEARD)
        self._lost: str | None = None
        self._is_strange = False
        self._now_kept, self._waiting = self._read()
        self._turns_to_wait = 0
        self.is_over = False
        self.numbers = Numbers() if self.policy is None else numbers_of(self.policy)

    @property
    def policy(self) -> Policy | None:
        """The policy in force; None before the first one."""
        return None if self._now_kept is None else self._now_kept.policy

    def begins(self, record: Record, papers: Papers) -> None:
        """The guard begins to go by it: the trail hears which, and the day how old it is."""
        if self.policy is not None:
            record.note("policy_in_force", {"serial": self.policy.serial})
            papers.policy_came(self._dates(self.policy), online=False)
        elif self._lost is not None:
            record.note("policy_not_in_force", {"why": self._lost})
            papers.policy_is_strange, papers.policy_is_lost = self._is_strange, not self._is_strange

    def arrived(
        self, untrusted: str, documents: Documents, papers: Papers, *, online: bool, now: datetime | None
    ) -> None:
        """A policy came: once it is obeyed it waits, if it is not in force already. Raises Untrusted.

        Not `online`, one that is no news is what the shell had from before: the service has said nothing now.
        `now` is None while nobody knows the time. What is no news writes nothing: it may come any number of times.
        """
        is_news = not self._is_in_force(untrusted) and untrusted != self._waiting
        documents.read(KIND, untrusted, self._new, grace=self.numbers.expiry_grace)
        if is_news and now is not None:
            self._heard.now(now)
        if self.policy is not None and self._is_in_force(untrusted):
            papers.policy_came(self._dates(self.policy), online=online)
        self._waiting = None if self._is_in_force(untrusted) else untrusted

    def look(self, papers: Papers) -> None:
        """Keep on the disk, now and then, when the service last said that it is the newest. Not while a call runs."""
        if papers.policy is not None:
            self._heard.at_least(papers.policy.heard_at)

    def gives_way(self) -> bool:
        """No call runs: let the one that waits, if there is one, take this one's place. Says whether it has.

        Where the disk takes nothing it goes on waiting, and is tried again after so many turns.
        """
        if self._waiting is None or self._turns_to_wait > 0:
            self._turns_to_wait = max(0, self._turns_to_wait - 1)
            return False
        try:
            self._kept.comes_into_force(self._waiting)
        except OSError as error:
            LOG.error("the new policy cannot be put in force: %s", error.strerror)
            self._turns_to_wait = TURNS_TO_WAIT
            return False
        self._waiting, self.is_over = None, True
        return True

    def _read(self) -> tuple[Kept | None, str | None]:
        try:
            return self._kept.in_force(), self._kept.waiting()
        except LockdownError as error:
            LOG.critical("%s", error)
            self._lost, self._is_strange = str(error).rstrip("."), isinstance(error, NotUnderstood)
            return None, None

    def _new(self, envelope: Envelope) -> Policy:
        """One by which this laptop still reaches the service, and so what puts a mistake right. Raises Refusal."""
        policy = _policy(envelope)
        if policy.network is not None and self._service not in (None, *policy.network.services):
            LOG.warning("policy %d has not this laptop's service among network.services", envelope.header.serial)
            raise Refusal(DocumentFault.BAD_CONTENT)
        return policy

    def _is_in_force(self, document: str) -> bool:
        return self._now_kept is not None and self._now_kept.document == document

    def _dates(self, policy: Policy) -> PolicyDates:
        begins, ends = policy.bounds
        return PolicyDates(heard_at=max(begins, self._heard.at or begins), expires=ends)


def policy_here(folders: Folders, own: Own) -> PolicyInForce:
    """What this laptop goes by now, from its folders."""
    trusted = trusted_here(own.identity, TrustFile(folders.state))
    return PolicyInForce(folders.state, KeptPolicy(folders.state, trusted), _service(own.identity))


def _service(identity: Identity | None) -> Endpoint | None:
    return None if identity is None or identity.use is not Use.LIVE else endpoint_at(identity.service)


class HeardFile:
    """When the service last said which policy is the newest; a file that is missing or unreadable says never."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.at = self._read()

    def now(self, at: datetime) -> None:
        """It did. What cannot be written is not known after a restart, and so the policy looks older than it is."""
        self.at = at
        try:
            replace_file(self._path, json.dumps({"at": at.isoformat()}).encode())
        except OSError as error:
            LOG.error("%s cannot be written: %s", self._path.name, error.strerror)

    def at_least(self, at: datetime) -> None:
        """It did not long ago; written only when that is news."""
        if self.at is None or abs(at - self.at) >= HEARD_EVERY:
            self.now(at)

    def _read(self) -> datetime | None:
        try:
            with self._path.open("rb") as file:
                at = datetime.fromisoformat(json.loads(file.read(200))["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return at if at.tzinfo is not None else None


def _policy(envelope: Envelope) -> Policy:
    """Raises Refusal for a text that is no policy; the log says which field."""
    try:
        return policy_of(envelope)
    except NotAccepted as why:
        if isinstance(why.__cause__, PolicyWrong):
            LOG.warning("policy %d is %s", envelope.header.serial, why.__cause__)
        raise Refusal(why.fault) from why
