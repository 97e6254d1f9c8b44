"""The service's ports and records, by hand: a clock that moves when told, a listener, and believable bookings."""

import base64
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.record import HeadNow, OutcomeReport
from contract.refusals import RefusalCode, Refused
from contract.signed_note import Head, SignedNote
from contract.strict import Message
from contract.words import Cause, EndedBy, Outcome, Reason, Use
from visits.cosigner import Cosigner
from visits.domain.identity import Certificate
from visits.domain.records import BookedCall, Ending, Establishment, Laptop, Prisoner, Vetting, Visitor

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)  # 1pm in London: a test that mixes up UTC and local time fails
LAPTOP_KEY = Ed25519PrivateKey.from_private_bytes(b"laptop" + bytes(26))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"other" + bytes(27))
COSIGNER = Cosigner(Ed25519PrivateKey.from_private_bytes(b"service" + bytes(25)))
LONG = Vetting(date(2026, 1, 1), date(2026, 12, 31))


class FakeServiceClock:
    """Fits `visits.ports.Clock`; moves only when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, by: timedelta) -> None:
        self._now += by
        self._monotonic += by.total_seconds()


class Listener:
    """Fits `visits.ports.Speaker`; remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.hung_up = self.is_cut_off = False

    def say(self, message: Message) -> None:
        self.heard.append(message)

    def hang_up(self, last: Message | None = None) -> None:
        self.hung_up = True
        if last is not None:
            self.heard.append(last)

    def cut_off(self) -> None:
        self.is_cut_off = True

    def refusals(self) -> list[RefusalCode]:
        return [message.code for message in self.heard if isinstance(message, Refused)]


def laptop(*, turnaround_s: int = 600, longest_extension_s: int = 0, timezone: str = "Europe/London") -> Laptop:
    establishment = Establishment(
        name="HMP Cwm Dŵr",
        timezone=timezone,
        turnaround=timedelta(seconds=turnaround_s),
        longest_extension=timedelta(seconds=longest_extension_s),
        recorded=False,
        watched=True,
        use=Use.DEMO,
    )
    return Laptop(1, "Laptop 1", establishment)


def certificate(
    laptop_id: int = 1, serial: str = "a1", *, not_after: datetime = NOON + timedelta(days=180)
) -> Certificate:
    return Certificate(serial, laptop_id, "0" * 64, NOON - timedelta(days=1), not_after)


def visitor(
    name: str = "mum",
    *,
    born_on: date = date(1968, 3, 1),
    vettings: tuple[Vetting, ...] = (LONG,),
    prisoner_id: int = 7,
) -> Visitor:
    return Visitor(name, prisoner_id, f"{name.title()} Prydderch", name.title(), "Relation", born_on, vettings)


def call(
    name: str = "b1",
    *,
    starts_at: datetime = NOON,
    minutes: int = 30,
    visitors: tuple[Visitor, ...] | None = None,
    on: Laptop | None = None,
    ending: Ending | None = None,
) -> BookedCall:
    return BookedCall(
        booking_id=name,
        laptop=on or laptop(),
        prisoner=Prisoner(7, "A4471CK", "Llŷr Prydderch"),
        visitors=(visitor(),) if visitors is None else visitors,
        starts_at=starts_at,
        duration=timedelta(minutes=minutes),
        ending=ending,
    )


def report(booking_id: str = "b1", revision: int = 1, **changes: object) -> OutcomeReport:
    """How a whole call of half an hour ended."""
    fields = {
        "booking_id": booking_id,
        "revision": revision,
        "outcome": Outcome.COMPLETED_NORMALLY,
        "ended_by": EndedBy.TIME,
        "reason": Reason.TIME_UP,
        "code": None,
        "ended_at": NOON + timedelta(minutes=32),
        "talk_ms": 1_680_000,
        "lost_ms": {Cause.PRISON_NETWORK: 120_000, Cause.SERVICE: 0},
        "extended_ms": 0,
        "returned_ms": 0,
        "owed_ms": 120_000,
    }
    return OutcomeReport.model_validate(fields | changes)


def head(
    seq: int, chain: str = "ab" * 32, key: Ed25519PrivateKey = LAPTOP_KEY, origin: str = "laptop-1/audit"
) -> HeadNow:
    """A head of a laptop's trail, signed."""
    note = SignedNote(Head(origin, seq, chain).text(), ()).signed(origin, key)
    return HeadNow(note=str(note), public_key=public(key))


def public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()
