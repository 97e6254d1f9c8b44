"""What surrounds a simulated laptop: a clock, a shell that obeys, a family, a network; no rules of a call are here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contract.laptop_link import TimeAsked
from contract.media import Received
from contract.sheet import CALL_SHEET, CallSheet
from contract.words import Presence, Purpose
from kiosk.ipc import Carry, Connect, Disconnect, FarSide, FromShell, LinkNow, MediaNow, ToShell, VisitorSeen
from kiosk.ports import Data
from kiosk.simulation.scenario import Side


class SimulatedClock:
    """Both kinds of time, moved together."""

    def __init__(self, wall: datetime) -> None:
        self._boot_ms, self._wall = 1_000_000, wall

    def boot_ms(self) -> int:
        """Milliseconds since boot."""
        return self._boot_ms

    def wall(self) -> datetime:
        """The time of day."""
        return self._wall

    def advance_to(self, wall: datetime) -> None:
        """Move to this time of day."""
        self._boot_ms += (wall - self._wall) // timedelta(milliseconds=1)
        self._wall = wall


class SimulatedRecord:
    """Keeps what is noted, with its time."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self.notes: list[tuple[datetime, str, Data]] = []

    def note(self, event: str, data: Data, actor: str = "guard") -> None:
        """Keep it."""
        self.notes.append((self._clock.wall(), event, {**data, "actor": actor}))


class SimulatedIds:
    """Names that count."""

    def __init__(self) -> None:
        self._count = 0

    def new_session(self) -> str:
        """The next name."""
        self._count += 1
        return f"session-{self._count}"

    def new_nonce(self) -> str:
        """The next one."""
        self._count += 1
        return f"nonce-{self._count:016d}"


class SimulatedDocuments:
    """A simulation has no keys: its sheets are its own, and are read as they are."""

    def sheet(self, untrusted: str) -> CallSheet:
        """The sheet in plain JSON."""
        return CALL_SHEET.validate_json(untrusted)

    def time(self, untrusted: str, nonce: str) -> datetime:
        """The time as plain text."""
        return datetime.fromisoformat(untrusted)


class SimulatedShell:
    """Obeys at once: remembers which session is open and what is to be carried."""

    def __init__(self) -> None:
        self.open: Connect | None = None
        self.carried: list[Carry] = []
        self.asked_time = False

    def send(self, message: ToShell) -> None:
        """Obey."""
        match message:
            case Connect():
                self.open = message
            case Disconnect():
                self.open = None
            case Carry(message=TimeAsked()):
                self.asked_time = True
            case Carry():
                self.carried.append(message)
            case _:
                pass


@dataclass
class Family:
    """One booking's family: where their page is, and what works there."""

    presence: Presence = Presence.ABSENT
    loading: int = 0
    camera: bool = True
    microphone: bool = True

    def seen(self, booking_id: str) -> VisitorSeen:
        """As the service says it."""
        page = f"page-{booking_id[:40]}-{self.loading:04d}" if self.presence in _HAS_PAGE else None
        return VisitorSeen(
            booking_id=booking_id, presence=self.presence, page=page, camera=self.camera, microphone=self.microphone
        )


_HAS_PAGE = (Presence.CHECKING, Presence.WAITING)


@dataclass
class World:
    """Network, families and media, as they are now."""

    shell: SimulatedShell
    service_up: bool = True
    network_up: bool = True
    probe_clean: bool = True
    stopped: set[Side] = field(default_factory=set)  # who receives nothing, whatever else is well
    families: dict[str, Family] = field(default_factory=dict)
    _sessions: dict[str, list[int]] = field(default_factory=dict)  # received here, and there

    @property
    def link_up(self) -> bool:
        """Whether the laptop reaches the service."""
        return self.service_up and self.network_up

    def link(self) -> LinkNow:
        """As the shell reports it."""
        return LinkNow(
            up=self.link_up, gateway=None if self.link_up else self.network_up, clean=self.link_up and self.probe_clean
        )

    def family(self, booking_id: str) -> Family:
        """That booking's family."""
        return self.families.setdefault(booking_id, Family())

    def arrived(self, since_ms: int) -> list[FromShell]:
        """What has come of media in the last `since_ms`, as both sides report it."""
        session = self.shell.open
        if session is None:
            return []
        family = self.family(session.booking_id)
        flows = self.network_up and family.presence is Presence.WAITING and family.seen("x").page is not None
        flows = flows and session.page == family.seen(session.booking_id).page
        counts = self._sessions.setdefault(session.session, [0, 0])
        both_ways = session.purpose is Purpose.CALL
        if flows and Side.HERE not in self.stopped and (family.camera or family.microphone):
            counts[0] += max(1, since_ms)
        if flows and both_ways and Side.THERE not in self.stopped:
            counts[1] += max(1, since_ms)
        facts: list[FromShell] = [_here(session.session, counts, family)]
        if flows and both_ways and self.link_up:
            facts.append(_there(session, counts[1]))
        return facts


def _here(session: str, counts: list[int], family: Family) -> MediaNow:
    return MediaNow(
        session=session,
        received_video_frames=counts[0] if family.camera else 0,
        received_audio_ms=counts[0] if family.microphone else 0,
        sent_video_frames=0,
        sent_audio_ms=0,
        far_video_packets=counts[1],
        far_audio_packets=counts[1],
    )


def _there(session: Connect, count: int) -> FarSide:
    return FarSide(
        received=Received(booking_id=session.booking_id, session=session.session, video_frames=count, audio_ms=count)
    )
