"""The guard's core on a real disk, with no processes: its state folder outlasts whatever is started on it."""

from contextlib import ExitStack
from pathlib import Path

from contract.documents import DocumentKind
from contract.sheet import CallSheet
from kiosk.call import Call
from kiosk.day_scenes import Place
from kiosk.deeds import Admit
from kiosk.ipc import DevicesNow, DocumentArrived, FromShell, Key, LinkNow, Pressed, ShellHello
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.day_papers import DayPapers
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.photo_desk import PhotoDesk
from kiosk.lockdown.recall import recall
from kiosk.lockdown.sealed_call import closed
from kiosk.lockdown.trail_record import TrailRecord
from kiosk.lockdown.trust_file import TrustFile
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.scenes import AnyScene
from kiosk.session import Session
from kiosk.trusted import Trusted
from tests.fakes.authority import identity, signed_sheet
from tests.fakes.clock import FakeClock
from tests.fakes.shell import FakeIds, FakeShell

KEY = bytes(range(32))


class AuditedClock(FakeClock):
    """A clock that moves only when told, fit for the trail too."""

    def boot_ns(self) -> int:
        return self.boot_ms() * 1_000_000


class OfflineLaptop:
    """Session, documents, day pack, photos, journal and trail, joined as the guard joins them."""

    def __init__(self, state: Path, clock: FakeClock) -> None:
        self.state, self.clock = state, clock
        self.boots = 0
        self.starts()

    def starts(self) -> None:
        """A guard comes up after a boot, with nothing but what the disk has; then its shell, with no network."""
        self.boots += 1
        self.clock = AuditedClock(self.clock.wall())
        self.shell, self._held = FakeShell(), ExitStack()
        boot_id = f"boot-{self.boots}"
        trail = AuditTrail.open(self.state, origin="visit-laptop", clock=self.clock, boot_id=boot_id)
        self._held.callback(trail.close)
        record = TrailRecord(trail)
        self._journal, self._boot_id = JournalFile(self.state / "journal.json"), boot_id
        self._held.callback(self._journal.close)
        file, pack = TrustFile(self.state), DayPack(self.state, KEY)
        documents = Documents(Trusted(identity(), file.read()), file, self.clock, record)
        self._pack = pack
        self._papers = DayPapers(documents, pack, self.clock, record, Numbers())
        self.photos = PhotoDesk(pack, self.shell.send, self.clock, record)
        around = Around(self.clock, self.shell, FakeIds(), record, self._papers, synthetic=True)
        self.session = Session(Place(demo=True), numbers=Numbers(), around=around)
        recall(self.session, self._journal, boot_id, record, pack)
        self._papers.recall(self.session)
        for fact in (ShellHello(pid=1), DevicesNow(camera=True, microphone=True, speaker=True), LinkNow(up=False)):
            self.hears(fact)

    def stops(self) -> None:
        """The machine goes down. Safe twice."""
        self._held.close()

    def hears(self, fact: FromShell) -> None:
        """The shell says something."""
        self.session.hear(fact)
        self._keep()

    def gets(self, sheet: CallSheet) -> None:
        """A sheet comes over the line."""
        self.hears(DocumentArrived(kind=DocumentKind.SHEET, document=signed_sheet(sheet)))

    def passes(self, seconds: float, step_s: float = 20.0) -> None:
        """Time goes by, and the guard looks now and then."""
        while seconds > 0:
            step = min(step_s, seconds)
            seconds -= step
            self.clock.advance(step)
            self.session.tick()
            self._papers.look(self.session.sheet, self.session.fitness.wall.believed())
            self.photos.follow(self.session.sheet)
            self.photos.look(online=self.session.is_online, ahead=True)
            self._keep()

    def _keep(self) -> None:
        self._journal.keep(closed(self.session.keep(self._boot_id), self._pack).model_dump_json().encode())

    @property
    def call(self) -> Call:
        assert self.session.call is not None
        return self.session.call

    @property
    def scene(self) -> AnyScene:
        return self.shell.scene

    def opens(self) -> None:
        """The officer opens the scene with the photos."""
        self.hears(Pressed(key=Key.OPEN_IDENTITY))

    def admits(self) -> None:
        """Everybody is ticked and the call is started."""
        self.session.deeds.perform(Admit(ticked=tuple(who.visitor_id for who in self.call.booking.participants)))
