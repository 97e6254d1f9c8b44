"""Every scenario comes out as it was worked out by hand; together they reach every cause, code and outcome."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from contract.words import CallState, Cause, EndCode, Outcome
from kiosk.policy.states import TRANSITIONS
from kiosk.simulation.run import Ran, Simulation
from kiosk.simulation.scenario import Scenario, read

FILES = sorted((Path(__file__).parents[3] / "scenarios").glob("*.toml"))

LONG = {"revoked", "reasons", "family", "endings", "service", "holds", "cancelled", "officer", "laptop", "brought_late"}


def ms(told: str) -> int:
    """ "27:30" and "0:02.500" in milliseconds."""
    minutes, _, seconds = told.partition(":")
    return int(minutes) * 60_000 + round(float(seconds) * 1000)


def told(call: Ran) -> dict[str, Any]:
    report = call.report
    assert report is not None, f"{call.booking_id} has not ended: {call}"
    return {
        "outcome": report.outcome,
        "ended_by": report.ended_by,
        "ended_at": f"{report.ended_at:%H:%M:%S}",
        "talk": report.talk_ms,
        "lost": {str(cause): lost for cause, lost in report.lost_ms.items()},
        "returned": report.returned_ms,
        "owed": report.owed_ms,
        "refusals": len(call.refused),
    }


def expected(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "outcome": entry["outcome"],
        "ended_by": entry["ended_by"],
        "ended_at": entry["ended_at"],
        "talk": ms(entry["talk"]),
        "lost": {cause: ms(lost) for cause, lost in entry["lost"].items()},
        "returned": ms(entry["returned"]),
        "owed": ms(entry["owed"]),
        "refusals": entry.get("refusals", 0),
    }


@cache
def scenario(file: Path) -> Scenario:
    return read(file.read_text())


@cache
def ran(file: Path) -> tuple[Ran, ...]:
    return Simulation(scenario(file)).run()


def marked(file: Path) -> object:
    """A long day takes seconds."""
    return pytest.param(file, id=file.stem, marks=[pytest.mark.slow] if file.stem in LONG else [])


@pytest.mark.slow
@pytest.mark.parametrize("file", [marked(file) for file in FILES])
def test_a_day_comes_out_as_it_was_worked_out_by_hand(file: Path) -> None:
    day = scenario(file)
    assert {entry["booking"] for entry in day.expect} == {booked.id for booked in day.booking}
    came_out = {call.booking_id: told(call) for call in ran(file)}
    assert came_out == {entry["booking"]: expected(entry) for entry in day.expect}


def test_the_scenarios_reach_every_cause_code_and_outcome() -> None:
    days = [scenario(file) for file in FILES]
    expects = [entry for day in days for entry in day.expect]
    assert {cause for entry in expects for cause in entry["lost"]} == set(Cause)
    assert {entry["outcome"] for entry in expects} == set(Outcome)
    assert {each.code for day in days for each in day.event} - {None} == set(EndCode)


@pytest.mark.slow
def test_every_state_is_passed_through() -> None:
    moves = {(before, after) for file in FILES for call in ran(file) for before, after in pairwise(call.states)}
    assert {state for move in moves for state in move} == set(CallState)
    assert moves <= {(before, after) for (before, _event), after in TRANSITIONS.items()}
