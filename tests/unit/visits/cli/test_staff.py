"""What staff do at a terminal: cancel, list outcomes and heads, put a photo on file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.readiness import CheckedFor, CheckName, CheckRow, Light, Readiness
from contract.signed_note import SignedNote
from contract.words import EndCode
from tests.fakes.visits import COSIGNER, NOON, head, report
from visits.cli.command import run
from visits.cli.laptop_ready import as_json, as_text
from visits.demo_data.seed import Seeded
from visits.domain.heads import verified
from visits.store.database import Database
from visits.store.heads import cosign_head
from visits.store.outcomes import keep_outcome
from visits.store.readiness import Reported, keep_readiness
from visits.store.tables import VisitorRow


class Terminal:
    """Runs commands on the test's database; keeps what they say."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def __call__(self, command: str, *words: str) -> str:
        assert run([command, *words, "--db", str(self.folder / "visits.db")]) == 0
        return self._capsys.readouterr().out

    def fails(self, command: str, *words: str) -> str:
        assert run([command, *words, "--db", str(self.folder / "visits.db")]) == 1
        return self._capsys.readouterr().err


@pytest.fixture
def terminal(database: Database, seeded: Seeded, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, capsys)


def test_outcomes_are_listed_as_sentences_with_causes_and_what_is_owed(
    terminal: Terminal, database: Database, seeded: Seeded
) -> None:
    database.write(keep_outcome, 1, report(seeded.due.booking_id, code=EndCode.INCIDENT, extended_ms=61_000), NOON)
    said = terminal("outcomes")
    assert f"2026-07-01 13:00  {seeded.due.booking_id}  {seeded.laptop}  A4471CK" in said
    assert (
        "COMPLETED_NORMALLY, by time, code incident. The time was up. Talked 28 min 0 s. "
        "Lost: PRISON_NETWORK 2 min 0 s. Extended 1 min 1 s, given back 0 s. Owed 2 min 0 s." in said
    )


def test_outcomes_can_be_had_of_one_day_and_as_json(terminal: Terminal, database: Database, seeded: Seeded) -> None:
    database.write(keep_outcome, 1, report(seeded.due.booking_id, 3), NOON)
    listed = json.loads(terminal("outcomes", "--json", "--day", "2026-07-01"))
    due = next(each for each in listed if each["booking_id"] == seeded.due.booking_id)
    assert (due["owed_ms"], due["report"]["revision"]) == (120_000, 3)
    assert due["report"]["lost_ms"] == {"PRISON_NETWORK": 120_000, "SERVICE": 0}
    assert terminal("outcomes", "--day", "2026-07-02") == "No call has ended.\n"


def test_a_booking_is_cancelled_once_with_an_outcome_staff_may_give(terminal: Terminal, seeded: Seeded) -> None:
    booking_id = seeded.due.booking_id
    terminal("cancel", booking_id, "--outcome", "PRISONER_CANCELLED")
    assert "PRISONER_CANCELLED, by service. The call was cancelled." in terminal("outcomes")
    assert "has ended" in terminal.fails("cancel", booking_id, "--outcome", "VISITOR_CANCELLED")
    with pytest.raises(SystemExit):
        terminal("cancel", seeded.later[0].booking_id, "--outcome", "COMPLETED_NORMALLY")


def test_heads_and_alarms_are_listed_and_a_note_can_be_written_down(
    terminal: Terminal, database: Database, seeded: Seeded, tmp_path: Path
) -> None:
    assert terminal("heads") == "No head has been co-signed.\n"
    for message in (head(7), head(6)):
        database.write(cosign_head, 1, verified(message), NOON, COSIGNER.sign)
    said = terminal("heads", "--laptop", seeded.laptop, "--note", str(tmp_path / "note"))
    assert f"{seeded.laptop}: record 7, co-signed 2026-07-01 12:00:00 UTC" in said
    assert f"ALARM {seeded.laptop}: a trail of 6 records, shorter than before" in said
    assert SignedNote.parse((tmp_path / "note").read_text()).is_signed_by(COSIGNER.signer)
    data = json.loads(terminal("heads", "--json"))
    assert ([each["seq"] for each in data["heads"]], data["alarms"][0]["alarm"]) == ([7], "rolled_back")


def test_a_note_is_of_one_laptop_that_has_one(terminal: Terminal, tmp_path: Path) -> None:
    note = str(tmp_path / "note")
    assert "--laptop NAME" in terminal.fails("heads", "--note", note)
    assert "no head" in terminal.fails("heads", "--note", note, "--laptop", "Laptop 2")


def test_a_photo_is_put_on_file(terminal: Terminal, database: Database, tmp_path: Path) -> None:
    def nerys(session: Session) -> VisitorRow:
        return session.scalars(select(VisitorRow).where(VisitorRow.name == "Nerys Prydderch")).one()

    (tmp_path / "photo").write_bytes(b"\xff\xd8\xff" + bytes(9))
    words = ["--visitor", database.read(nerys).id, "--file", str(tmp_path / "photo")]
    sha256 = terminal("photo", *words).strip()
    assert database.read(nerys).photo == sha256
    assert "no such visitor" in terminal.fails("photo", "--visitor", "nobody", *words[2:])
    (tmp_path / "photo").write_bytes(b"no photo")
    assert "PNG or JPEG" in terminal.fails("photo", *words)


DARK = CheckRow(check=CheckName.CAMERA, light=Light.RED, found="light 1%", fix="Uncover the camera.")
WELL = CheckRow(check=CheckName.DISK, light=Light.GREEN, found="9000 MB free")


def checked(at: datetime) -> Readiness:
    return Readiness(checked_at=at, checked_for=CheckedFor.BOOKING, booking_id="b1", rows=(DARK, WELL))


def test_which_laptops_are_ready_is_listed_with_what_to_do(
    terminal: Terminal, database: Database, seeded: Seeded
) -> None:
    assert f"{seeded.laptop}: has never said whether it is ready\n" in terminal("laptop", "ready")
    now = datetime.now(UTC)
    database.write(keep_readiness, 1, checked(now), now)
    line = f"{now:%Y-%m-%d %H:%M:%S} UTC  NOT READY: camera red; heard {now:%Y-%m-%d %H:%M:%S}"
    said = terminal("laptop", "ready", seeded.laptop)
    assert said == (
        f"{seeded.laptop}: {line}; before a call (b1)\n"
        "  camera      red    light 1% -> Uncover the camera.\n"
        "  disk        green  9000 MB free\n"
    )
    assert f"  {line}\n" in terminal("laptop", "list")
    (told,) = json.loads(terminal("laptop", "ready", seeded.laptop, "--json"))
    assert (told["light"], told["known"], told["rows"][0]["fix"]) == ("red", True, "Uncover the camera.")
    assert "no laptop called Nowhere" in terminal.fails("laptop", "ready", "Nowhere")


@pytest.mark.parametrize(
    ("checked_min", "heard_min", "known"), [(0, 0, True), (-59, -1, True), (-60, -1, False), (500, -60, False)]
)
def test_what_a_laptop_found_an_hour_ago_is_not_taken_for_now(checked_min: int, heard_min: int, known: bool) -> None:
    at, heard = (NOON + timedelta(minutes=each) for each in (checked_min, heard_min))
    each = Reported("laptop-1", Readiness(checked_at=at, checked_for=CheckedFor.OFFICER, rows=(WELL,)), heard)
    mark = "ready" if known else "not known any more, was ready"
    line = f"{at:%Y-%m-%d %H:%M:%S} UTC  {mark}; heard {heard:%Y-%m-%d %H:%M:%S}"
    assert as_text([each], NOON).splitlines()[0] == f"laptop-1: {line}; asked by an officer"
    (told,) = json.loads(as_json([each], NOON))
    assert (told["light"], told["known"]) == ("green", known)
