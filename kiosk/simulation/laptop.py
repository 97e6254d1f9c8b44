"""The simulated laptop: the session its guard runs, what survives a power cut, and what its shell tells. No rules."""

from contract.documents import DocumentKind
from kiosk.day_scenes import Place
from kiosk.ipc import DocumentArrived, ShellHello
from kiosk.kept import DayKept
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.session import Session
from kiosk.simulation.service import SimulatedService
from kiosk.simulation.world import World


class Laptop:
    """Off until `up`; then `session` is there until `down`. Each of these is safe twice."""

    def __init__(self, numbers: Numbers, around: Around, world: World, service: SimulatedService) -> None:
        self._numbers = numbers
        self._around = around
        self._world = world
        self._service = service
        self.session: Session | None = None
        self._kept: DayKept | None = None
        self._shell_up = True
        self._boots = 0

    def up(self) -> None:
        """Power on: guard and shell begin, with what was kept."""
        if self.session is not None:
            return
        self._boots += 1
        self.session = Session(Place(demo=True), numbers=self._numbers, around=self._around)
        if self._kept is not None:
            self.session.recall(self._kept, f"boot-{self._boots}")
        self.shell_comes()

    def down(self) -> None:
        """Power off: only what the journal has survives."""
        if self.session is not None:
            self._kept = self.session.keep(f"boot-{self._boots}")
        self.session, self._world.shell.open = None, None

    def shell_comes(self) -> None:
        """The shell is there, and tells all it knows."""
        self._shell_up = True
        if self.session is not None:
            self.session.hear(ShellHello(pid=1))
            self.tell_link(with_all=True)

    def shell_goes(self) -> None:
        """The shell is no longer there, nor is what it had open."""
        self._shell_up, self._world.shell.open = False, None
        if self.session is not None:
            self.session.shell_now(up=False)

    def look(self, passed_ms: int) -> None:
        """Media of the last `passed_ms` arrives, and the session looks at the clock."""
        if self.session is None:
            return
        facts = self._world.arrived(passed_ms) if self._shell_up else []
        for fact in facts:
            self.session.hear(fact)
        if not facts:
            self.session.tick()

    def tell_family(self, booking_id: str) -> None:
        """Where this booking's family is, if the service can say so."""
        if self.session is not None and self._world.link_up and self._shell_up:
            self.session.hear(self._world.family(booking_id).seen(booking_id))

    def tell_link(self, *, with_all: bool) -> None:
        """How the link is; `with_all` also what the service says over it: time, sheet and families."""
        if self.session is None or not self._shell_up:
            return
        self.session.hear(self._world.link())
        if with_all and self._world.link_up:
            self._hear_all(self.session)

    def _hear_all(self, session: Session) -> None:
        shell = self._world.shell
        if shell.asked_time:
            shell.asked_time = False
            now = self._around.clock.wall().isoformat()
            session.hear(DocumentArrived(kind=DocumentKind.TIME, document=now))
        sheet = self._service.sheet().model_dump_json()
        session.hear(DocumentArrived(kind=DocumentKind.SHEET, document=sheet))
        for booking_id, family in self._world.families.items():
            session.hear(family.seen(booking_id))
