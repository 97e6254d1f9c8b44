"""All that is signed or kept of the day, joined: documents, officers, pack, photos. Knows no call and no screen."""

from collections.abc import Callable
from datetime import datetime

from contract.documents import DocumentKind
from kiosk.errors import KioskError
from kiosk.ipc import DocumentArrived, FromShell, PhotoArrived, PhotoWanted, ToShell
from kiosk.lockdown.clock import BelievedClock, SystemClock
from kiosk.lockdown.day_papers import DayPapers
from kiosk.lockdown.document_desk import DocumentDesk
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.early_documents import TELLS_MORE, EarlyDocuments
from kiosk.lockdown.enrolled import trusted_here
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.officers import Officers
from kiosk.lockdown.own import Own
from kiosk.lockdown.pack_opening import open_pack
from kiosk.lockdown.photo_desk import PhotoDesk
from kiosk.lockdown.pin_check import KnownOfficers
from kiosk.lockdown.policy_in_force import PolicyInForce
from kiosk.lockdown.roster import RosterInForce
from kiosk.lockdown.roster_file import RosterFile
from kiosk.lockdown.roster_watch import RosterWatch
from kiosk.lockdown.trust_file import TrustFile
from kiosk.notices import from_guard
from kiosk.policy.permissions import ADMITTED
from kiosk.ports import Record
from kiosk.scenes import Fault
from kiosk.session import Session

Believed = Callable[[], datetime]


class PapersHere:
    """`day` fits `kiosk.ports.Documents`; `officers` says whose PIN works here; `pack` has what outlasts a reboot."""

    def __init__(self, folders: Folders, own: Own, policy: PolicyInForce, record: Record, believed: Believed) -> None:
        clock, numbers, trust = SystemClock(), policy.numbers, TrustFile(folders.state)
        trusted = trusted_here(own.identity, trust)
        self.fault = Fault.RECORD_BROKEN if own.identity is not None and trusted.kept is None else None
        by_service = BelievedClock(clock, believed)
        self._documents = Documents(trusted, trust, by_service, record)
        self._desk, self._early = DocumentDesk(self._documents), EarlyDocuments()
        self._policy, self._record = policy, record
        self.pack = open_pack(folders.state, own.vault, record)
        self.day = DayPapers(self._documents, self.pack, clock, record, numbers)
        self._roster: RosterInForce | None = None
        if own.identity is not None:
            self._roster = RosterInForce(self._documents, RosterFile(folders.state), own.vault, numbers, by_service)
            self._desk.on(DocumentKind.ROSTER, self._roster.arrived)
        self.officers: KnownOfficers = self._roster or Officers(folders.state)
        self._watch = RosterWatch(self.officers, self._officers_changed)
        self._photos: PhotoDesk | None = None
        self._session: Session | None = None

    def serve(self, session: Session, send: Callable[[ToShell], None]) -> None:
        """From now on they serve this day, and the shell that `send` reaches."""
        self._session = session
        self._photos = PhotoDesk(self.pack, send, SystemClock(), self._record)
        self._desk.on(DocumentKind.POLICY, self._policy_came)

    def begin(self) -> None:
        """Take up the officers and the policy that were kept."""
        self.look_at_officers()
        if self._session is not None:
            self._policy.begins(self._record, self._session.fitness.papers)

    def recall(self) -> None:
        """Take up the day that was kept."""
        if self._session is not None:
            self.day.recall(self._session)

    def hear(self, fact: FromShell) -> None:
        """What of it is about papers. Raises Untrusted, Unavailable or Refused."""
        match fact:
            case PhotoWanted(sha256=sha256) if self._photos is not None and self._session is not None:
                self._photos.follow(self._session.sheet)
                self._photos.wanted(sha256)
                self._photos.look(online=self._session.is_online, ahead=False)
            case PhotoArrived() if self._photos is not None and self._session is not None:
                self._photos.arrived(fact)
                self._photos.look(online=self._session.is_online, ahead=False)
            case DocumentArrived():
                self._desk.arrived(fact)
            case _:
                pass

    def refused(self, fact: FromShell, why: KioskError) -> None:
        """What was heard has come to nothing."""
        if isinstance(fact, DocumentArrived):
            self._early.refused(fact, why)

    def to_hear_again(self, fact: FromShell) -> tuple[DocumentArrived, ...]:
        """After `fact`, documents that were refused for what it may have changed."""
        tells_more = isinstance(fact, DocumentArrived) and fact.kind in TELLS_MORE
        return self._early.again() if tells_more else ()

    def look(self) -> None:
        """Once a second: what has grown old, what is to be fetched or deleted, and what officers are to be told."""
        session = self._session
        if session is None or self._photos is None:
            return
        stale = self._roster is not None and self._roster.is_stale
        session.told(from_guard(self._documents.refused.faults, roster_is_stale=stale, unkept=self._documents.unkept))
        in_call = session.call is not None and session.call.state in ADMITTED
        if not in_call:
            self._policy.look(session.fitness.papers)
        self._documents.keep_again()
        self.day.judge_again(session)
        self.day.look(session.sheet, session.fitness.wall.believed())
        self._photos.follow(session.sheet)
        self._photos.look(online=session.is_online, ahead=not in_call)

    def look_at_officers(self) -> None:
        """Notice who may use the laptop now."""
        if self._roster is not None:
            self._roster.recall()
        self._watch.look()

    def check_officers_fresh(self) -> None:
        """Raises Refused when the list of officers is too old to loosen anything by."""
        if self._roster is not None:
            self._roster.check_fresh()

    def _policy_came(self, untrusted: str) -> None:
        if self._session is not None:
            fitness, online = self._session.fitness, self._session.is_online
            now = None if fitness.wall.is_wrong and not fitness.wall.is_told else fitness.wall.believed()
            self._policy.arrived(untrusted, self._documents, fitness.papers, online=online, now=now)

    def _officers_changed(self, numbers: list[str]) -> None:
        self._record.note("officers_changed", {"officers": numbers})
