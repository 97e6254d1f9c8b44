"""Runs a scenario through the very session, call and clock the guard runs; only what surrounds them is simulated."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from contract.documents import DocumentKind
from contract.record import OutcomeReport
from contract.sheet import Booking, CallSheet, Cancelled, Participant, Prisoner, Revoked
from contract.words import CallState, EndCode, HoldReason, Outcome, Presence, Revocation, SetMessage, Use
from kiosk.day_scenes import Place
from kiosk.deeds import (
    Admit,
    AnyDeed,
    CancelEndSoon,
    ConfirmPresence,
    DeclareNoShow,
    EndSoon,
    Extend,
    GiveHoldReason,
    GiveReason,
    Lock,
    Resume,
    SendMessage,
    Unlock,
)
from kiosk.errors import IllegalTransition, Refused
from kiosk.ipc import DocumentArrived, Key, Pressed, ShellHello
from kiosk.kept import DayKept
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.session import Session
from kiosk.simulation.scenario import Booked, Happens, Scenario, Side, What
from kiosk.simulation.world import (
    SimulatedClock,
    SimulatedDocuments,
    SimulatedIds,
    SimulatedRecord,
    SimulatedShell,
    World,
)

STEP: Final = timedelta(seconds=1)  # what is lost is exact however seldom it is looked at
IDLE_STEP: Final = timedelta(seconds=15)  # while no call is open


@dataclass(frozen=True)
class Ran:
    """What became of one booking. `report` is None for one that has not ended, `refused` what the rules said no to."""

    booking_id: str
    report: OutcomeReport | None
    states: tuple[CallState, ...]
    refused: tuple[str, ...]


class Simulation:
    """One scenario, run once."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._clock = SimulatedClock(scenario.begins())
        self._record = SimulatedRecord(self._clock)
        self._shell = SimulatedShell()
        self._world = World(self._shell)
        self._numbers = _numbers(scenario)
        self._around = Around(
            clock=self._clock,
            shell=self._shell,
            ids=SimulatedIds(),
            record=self._record,
            documents=SimulatedDocuments(),
            synthetic=True,
        )
        self._session: Session | None = None
        self._kept: DayKept | None = None
        self._shell_up = True
        self._boots = 0
        self._serial = 0
        self._revoked: dict[str, Revoked] = {}
        self._cancelled: dict[str, Outcome] = {}
        self._reports: dict[str, OutcomeReport] = {}
        self._refused: dict[str, list[str]] = {}

    def run(self) -> tuple[Ran, ...]:
        """Run the day; what became of each booking, in the order of the file."""
        self._laptop_up()
        events = sorted(self._scenario.event, key=lambda each: self._scenario.at(each.at))
        for each in events:
            self._pass_until(self._scenario.at(each.at))
            self._happens(each)
            self._look(0)
        self._pass_until(self._scenario.ends())
        return tuple(self._ran(booked.id) for booked in self._scenario.booking)

    # ---- time ----

    def _pass_until(self, instant: datetime) -> None:
        for step in self._steps(instant):
            passed = (step - self._clock.wall()) // timedelta(milliseconds=1)
            self._clock.advance_to(step)
            self._look(passed)

    def _steps(self, instant: datetime) -> Iterator[datetime]:
        """The instants to look at: closely while a call is open, and whenever a room opens."""
        opens = sorted(self._scenario.at(each.starts) - self._numbers.room_opens for each in self._scenario.booking)
        while (now := self._clock.wall()) < instant:
            is_open = self._session is not None and self._session.call is not None
            soon = now + (STEP if is_open else IDLE_STEP)
            yield min([instant, soon, *(each for each in opens if each > now)])

    def _look(self, passed_ms: int) -> None:
        """Media arrives, the session looks at the clock, and what has ended is collected."""
        if self._session is None:
            return
        facts = self._world.arrived(passed_ms) if self._shell_up else []
        for fact in facts:
            self._session.hear(fact)
        if not facts:
            self._session.tick()
        for report in self._session.outcomes.ended.unsent:
            self._reports[report.booking_id] = report

    # ---- what happens ----

    def _happens(self, each: Happens) -> None:
        try:
            if each.what in _FAULTS:
                _FAULTS[each.what](self, each)
            elif self._session is not None:
                self._person(each, self._session)
        except (Refused, IllegalTransition) as error:
            self._refused.setdefault(self._booking(each), []).append(f"{each.at} {each.what}: {error}")

    def _person(self, each: Happens, session: Session) -> None:
        if (key := _KEYS.get(each.what)) is not None:
            session.hear(Pressed(key=key))
        elif (deed := self._deed(each, session)) is not None:
            session.deeds.perform(deed)
        elif each.what in _STARTS_OR_ENDS and session.call is not None:
            session.call.announce(each.what is What.ANNOUNCEMENT_STARTS)
        if each.what is What.HOLD and each.reason is not None:
            session.deeds.perform(GiveHoldReason(reason=each.reason))
        if each.what is What.END and each.code is not None:
            session.deeds.perform(GiveReason(code=each.code))

    def _deed(self, each: Happens, session: Session) -> AnyDeed | None:
        match each.what:
            case What.ADMIT:
                people = () if session.call is None else session.call.booking.participants
                return Admit(ticked=tuple(person.visitor_id for person in people))
            case What.EXTEND:
                return Extend(minutes=each.minutes or 5)
            case What.MESSAGE:
                return SendMessage(message=each.message or SetMessage.PLEASE_WAIT)
            case What.END_SOON:
                return EndSoon(code=each.code)
            case What.HOLD_REASON:
                return GiveHoldReason(reason=each.reason or HoldReason.OFFICER)
            case What.REASON:
                return GiveReason(code=each.code or EndCode.OTHER)
            case _:
                plain = _PLAIN_DEEDS.get(each.what)
                return None if plain is None else plain()

    def _visitor(self, each: Happens) -> None:
        family = self._world.family(self._booking(each))
        was_there = family.presence in (Presence.CHECKING, Presence.WAITING)
        family.presence = _PRESENCE[each.what]
        family.camera, family.microphone = each.camera, each.microphone
        if not was_there:
            family.loading += 1
        if self._session is not None and self._world.link_up and self._shell_up:
            self._session.hear(family.seen(self._booking(each)))

    def _network(self, each: Happens) -> None:
        was_up = self._world.link_up
        match each.what:
            case What.SERVICE_DOWN | What.SERVICE_UP:
                self._world.service_up = each.what is What.SERVICE_UP
            case What.NETWORK_DOWN | What.NETWORK_UP:
                self._world.network_up = each.what is What.NETWORK_UP
            case _:
                self._world.probe_clean = each.what is What.PROBE_CLEAN
        self._tell_link(with_all=self._world.link_up and not was_up)

    def _media(self, each: Happens) -> None:
        sides = {Side.HERE, Side.THERE} if each.side is Side.BOTH else {each.side}
        if each.what is What.MEDIA_STOPS:
            self._world.stopped |= sides
        else:
            self._world.stopped -= sides

    def _cancel(self, each: Happens) -> None:
        self._cancelled[self._booking(each)] = each.outcome or Outcome.ESTABLISHMENT_CANCELLED
        self._tell_link(with_all=True)

    def _revoke(self, each: Happens) -> None:
        booking_id = self._booking(each)
        if each.what is What.REVOKED:
            who = None if each.kind is Revocation.PRISONER_MOVED else VISITOR.visitor_id
            (starts_at,) = (self._scenario.at(b.starts) for b in self._scenario.booking if b.id == booking_id)
            self._revoked[booking_id] = Revoked(
                booking_id=booking_id, visitor_id=who, kind=each.kind, starts_at=starts_at
            )
        else:
            self._revoked.pop(booking_id, None)
        self._tell_link(with_all=True)

    # ---- the laptop ----

    def _laptop_up(self, _each: Happens | None = None) -> None:
        if self._session is not None:
            return
        self._boots += 1
        self._session = Session(Place(demo=True), numbers=self._numbers, around=self._around)
        if self._kept is not None:
            self._session.recall(self._kept, f"boot-{self._boots}")
        self._shell_comes()

    def _laptop_down(self, _each: Happens) -> None:
        """Power off: only what the journal has survives."""
        if self._session is not None:
            self._kept = self._session.keep(f"boot-{self._boots}")
        self._session, self._shell.open = None, None

    def _shell_comes(self, _each: Happens | None = None) -> None:
        self._shell_up = True
        if self._session is not None:
            self._session.hear(ShellHello(pid=1))
            self._tell_link(with_all=True)

    def _shell_goes(self, _each: Happens) -> None:
        self._shell_up, self._shell.open = False, None
        if self._session is not None:
            self._session.shell_now(up=False)

    def _tell_link(self, *, with_all: bool) -> None:
        if self._session is None or not self._shell_up:
            return
        self._session.hear(self._world.link())
        if with_all and self._world.link_up:
            if self._shell.asked_time:
                self._shell.asked_time = False
                self._session.hear(DocumentArrived(kind=DocumentKind.TIME, document=self._clock.wall().isoformat()))
            self._session.hear(DocumentArrived(kind=DocumentKind.SHEET, document=self._sheet().model_dump_json()))
            for booking_id, family in self._world.families.items():
                self._session.hear(family.seen(booking_id))

    def _sheet(self) -> CallSheet:
        self._serial += 1
        off = {*self._cancelled, *self._revoked}
        return CallSheet(
            use=Use.DEMO,
            establishment="HMP Simulated",
            laptop="laptop 1",
            timezone="UTC",
            day=self._clock.wall().date(),
            serial=self._serial,
            issued_at=self._clock.wall(),
            bookings=tuple(self._entry(each) for each in self._scenario.booking if each.id not in off),
            cancelled=tuple(Cancelled(booking_id=b, outcome=o) for b, o in self._cancelled.items()),  # type: ignore[arg-type]  # pydantic checks which
            revoked=tuple(self._revoked.values()),
        )

    def _entry(self, booked: Booked) -> Booking:
        return Booking(
            booking_id=booked.id,
            prisoner=Prisoner(number="A1234BC", name="A prisoner"),
            participants=(VISITOR,),
            starts_at=self._scenario.at(booked.starts),
            duration_s=round(booked.minutes * 60),
            hard_stop_at=self._scenario.hard_stop(booked),
            recorded=False,
            watched=False,
        )

    def _booking(self, each: Happens) -> str:
        if each.booking is not None:
            return each.booking
        call = None if self._session is None else self._session.call
        return (
            self._scenario.booking[0].id
            if call is None or len(self._scenario.booking) == 1
            else call.booking.booking_id
        )

    def _ran(self, booking_id: str) -> Ran:
        moves = [data for _, event, data in self._record.notes if event == "call_state"]
        states = [CallState(str(data["to"])) for data in moves if data["booking_id"] == booking_id]
        return Ran(
            booking_id=booking_id,
            report=self._reports.get(booking_id),
            states=(CallState.WAITING, *states) if states else (),
            refused=tuple(self._refused.get(booking_id, ())),
        )


VISITOR: Final = Participant(
    visitor_id="visitor-1", name="A visitor", called="Mum", relation="Mother", vetted_until=date(2999, 1, 1)
)
_PRESENCE: Final = {
    What.VISITOR_OPENS: Presence.CHECKING,
    What.VISITOR_WAITS: Presence.WAITING,
    What.VISITOR_GONE: Presence.GONE,
    What.VISITOR_LEFT: Presence.LEFT,
}
_KEYS: Final = {
    What.OPEN_IDENTITY: Key.OPEN_IDENTITY,
    What.LEAVE_IDENTITY: Key.LEAVE_IDENTITY,
    What.HOLD: Key.HOLD,
    What.END: Key.END_NOW,
    What.PRISONER_LEFT: Key.LEAVE,
}
_PLAIN_DEEDS: Final[dict[What, Callable[[], AnyDeed]]] = {
    What.RESUME: Resume,
    What.CANCEL_END_SOON: CancelEndSoon,
    What.NO_SHOW: DeclareNoShow,
    What.CONFIRM_PRESENCE: ConfirmPresence,
    What.LOCK: Lock,
    What.UNLOCK: Unlock,
}
_STARTS_OR_ENDS: Final = (What.ANNOUNCEMENT_STARTS, What.ANNOUNCEMENT_ENDS)
_FAULTS: Final[dict[What, Callable[[Simulation, Happens], None]]] = {
    **dict.fromkeys(_PRESENCE, Simulation._visitor),
    **dict.fromkeys(
        (
            What.SERVICE_DOWN,
            What.SERVICE_UP,
            What.NETWORK_DOWN,
            What.NETWORK_UP,
            What.PROBE_BAD,
            What.PROBE_CLEAN,
        ),
        Simulation._network,
    ),
    What.MEDIA_STOPS: Simulation._media,
    What.MEDIA_FLOWS: Simulation._media,
    What.CANCELLED: Simulation._cancel,
    What.REVOKED: Simulation._revoke,
    What.REINSTATED: Simulation._revoke,
    What.LAPTOP_DOWN: Simulation._laptop_down,
    What.LAPTOP_UP: Simulation._laptop_up,
    What.SHELL_DOWN: Simulation._shell_goes,
    What.SHELL_UP: Simulation._shell_comes,
}


def _numbers(scenario: Scenario) -> Numbers:
    """The rules' numbers with the scenario's own."""
    own: dict[str, Any] = scenario.policy.model_dump(exclude_none=True)
    spans = {name: timedelta(seconds=value) for name, value in own.items() if name != "talk_needs"}
    return replace(Numbers(), **{**own, **spans})
