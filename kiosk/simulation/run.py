"""Runs a scenario through the very session, call and clock the guard runs; only what surrounds them is simulated."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from contract.record import OutcomeReport
from contract.words import CallState
from kiosk.errors import IllegalTransition, Refused
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.simulation.faults import Faults
from kiosk.simulation.laptop import Laptop
from kiosk.simulation.people import act
from kiosk.simulation.scenario import Happens, Scenario
from kiosk.simulation.service import SimulatedService
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
        self._numbers = _numbers(scenario)
        shell = SimulatedShell()
        around = Around(
            clock=self._clock,
            shell=shell,
            ids=SimulatedIds(),
            record=self._record,
            documents=SimulatedDocuments(),
            synthetic=True,
        )
        world, service = World(shell), SimulatedService(scenario, self._clock)
        self._laptop = Laptop(self._numbers, around, world, service)
        self._faults = Faults(world, service, self._laptop)
        self._reports: dict[str, OutcomeReport] = {}
        self._refused: dict[str, list[str]] = {}

    def run(self) -> tuple[Ran, ...]:
        """Run the day; what became of each booking, in the order of the file."""
        self._laptop.up()
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
            soon = now + (IDLE_STEP if self._open_booking() is None else STEP)
            yield min([instant, soon, *(each for each in opens if each > now)])

    def _look(self, passed_ms: int) -> None:
        """Media arrives, the session looks at the clock, and what has ended is collected."""
        self._laptop.look(passed_ms)
        if self._laptop.session is None:
            return
        for report in self._laptop.session.outcomes.ended.unsent:
            self._reports[report.booking_id] = report

    # ---- what happens ----

    def _happens(self, each: Happens) -> None:
        try:
            if not self._faults.befall(each, self._booking(each)) and self._laptop.session is not None:
                act(each, self._laptop.session)
        except (Refused, IllegalTransition) as error:
            self._refused.setdefault(self._booking(each), []).append(f"{each.at} {each.what}: {error}")

    def _booking(self, each: Happens) -> str:
        """The one it says, or else the one whose call is open; there may be only one."""
        if each.booking is not None:
            return each.booking
        is_open = None if len(self._scenario.booking) == 1 else self._open_booking()
        return self._scenario.booking[0].id if is_open is None else is_open

    def _open_booking(self) -> str | None:
        """The booking whose call is open."""
        session = self._laptop.session
        return None if session is None or session.call is None else session.call.booking.booking_id

    # ---- what came of it ----

    def _ran(self, booking_id: str) -> Ran:
        moves = [data for _, event, data in self._record.notes if event == "call_state"]
        states = [CallState(str(data["to"])) for data in moves if data["booking_id"] == booking_id]
        return Ran(
            booking_id=booking_id,
            report=self._reports.get(booking_id),
            states=(CallState.WAITING, *states) if states else (),
            refused=tuple(self._refused.get(booking_id, ())),
        )


def _numbers(scenario: Scenario) -> Numbers:
    """The rules' numbers with the scenario's own."""
    own: dict[str, Any] = scenario.policy.model_dump(exclude_none=True)
    spans = {name: timedelta(seconds=value) for name, value in own.items() if name != "talk_needs"}
    return replace(Numbers(), **{**own, **spans})
