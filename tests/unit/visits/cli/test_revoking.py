"""What staff do at a terminal when somebody may visit no more, or may again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.visits.cli.test_staff import Terminal
from visits.demo_data.seed import Seeded, Wish, seed
from visits.store.bookings import visit_by_id
from visits.store.database import Database
from visits.store.vetting import barred_calls


@pytest.fixture
def today(database: Database) -> Seeded:
    """A call that is due now: commands go by the real clock."""
    return database.write(seed, Wish(timedelta(minutes=5), timedelta(minutes=30)), datetime.now(UTC))


@pytest.fixture
def terminal(database: Database, today: Seeded, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, capsys)


def mum(database: Database, today: Seeded) -> str:
    visit = database.read(visit_by_id, today.due.booking_id)
    assert visit is not None
    return visit.call.visitors[0].visitor_id


def barred(database: Database) -> list[str]:
    return [call.booking_id for call in database.read(barred_calls, datetime.now(UTC))]


def test_a_visitor_is_revoked_once_and_the_calls_that_bars_are_named(
    terminal: Terminal, database: Database, today: Seeded
) -> None:
    said = terminal("revoke", "--visitor", mum(database, today), "--because", "vetting-ended")
    assert "These calls cannot take place now. Cancel or change each of them:" in said
    assert f"{today.due.booking_id}  {today.laptop}  A4471CK: {mum(database, today)} vetting_ended" in said
    assert barred(database) == [today.due.booking_id]
    assert "no such visitor" in terminal.fails("revoke", "--visitor", mum(database, today))
    assert "no such visitor" in terminal.fails("revoke", "--visitor", "visitor-unknown")


def test_an_approval_lifts_a_revocation(terminal: Terminal, database: Database, today: Seeded) -> None:
    terminal("revoke", "--visitor", mum(database, today))
    terminal("approve", "--visitor", mum(database, today), "--until", "2999-12-31")
    assert barred(database) == []
    assert "before it begins" in terminal.fails("approve", "--visitor", "x", "--until", "2001-01-01")
    assert "no such visitor" in terminal.fails("approve", "--visitor", "visitor-unknown", "--until", "2999-12-31")


def test_a_prisoner_moves_and_comes_back(terminal: Terminal, database: Database, today: Seeded) -> None:
    assert f"{today.due.booking_id}  {today.laptop}  A4471CK: prisoner prisoner_moved" in terminal(
        "prisoner-moved", "A4471CK"
    )
    assert barred(database) == [today.due.booking_id]
    assert terminal("prisoner-moved", "A4471CK", "--back") == ""
    assert barred(database) == []
    assert "no such prisoner" in terminal.fails("prisoner-moved", "A0000AA")


def test_visitors_are_listed_with_their_ids_and_approvals(
    terminal: Terminal, database: Database, today: Seeded
) -> None:
    visitor_id = mum(database, today)
    assert f"A4471CK  {visitor_id}  Nerys Prydderch (Mother): " in terminal("visitors", "--prisoner", "A4471CK")
    terminal("revoke", "--visitor", visitor_id)
    assert ", visitor_banned on " in terminal("visitors")
    assert terminal("visitors", "--prisoner", "A0000AA") == "There is no such visitor.\n"
