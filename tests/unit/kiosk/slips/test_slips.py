"""Printed slips: the prisoner's has the safe note and nothing else, and no name breaks either."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from contract.sheet import Booking, CallSheet
from kiosk.__main__ import main
from kiosk.lockdown.day_pack import DayPack, photo_entry
from kiosk.lockdown.trust_file import TrustFile
from kiosk.lockdown.vault import open_vault
from kiosk.ports import SecretName
from kiosk.slips.officers import officers_slips
from kiosk.slips.prisoner import prisoners_slips
from kiosk.slips.words import Language, clock, day_of, together
from kiosk.ui.fonts import load_fonts
from tests.fakes.authority import enrolled, signed_sheet
from tests.fakes.bookings import JAC, MUM, booking, sheet
from tests.fakes.clock import NOON

SECRET = "Watch for the brother: intelligence of 3 June"
SAFE = "Dewch â'ch sbectol. Bring your glasses, Siân says: ŵŷ ŴŶ."
WIDE, RTL = "W" * 10_000, "\u202e" + "אבגד " * 40


def call(name: str = "b1", starts_at: datetime = NOON, **changes: object) -> Booking:
    return booking(name, starts_at=starts_at).model_copy(
        update={"note_for_officer": SECRET, "note_for_prisoner": SAFE} | changes
    )


def text_of(pdf: bytes) -> list[str]:
    """The words on each page."""
    document = loaded(pdf)
    return [document.getAllText(page).text() for page in range(document.pageCount())]


def loaded(pdf: bytes) -> QPdfDocument:
    document = QPdfDocument()
    buffer = QBuffer(document)
    buffer.setData(pdf)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    assert document.status() is QPdfDocument.Status.Ready
    return document


@pytest.fixture(autouse=True)
def font(qtbot: QtBot) -> None:
    load_fonts()


def face(colour: str = "#804020") -> QImage:
    image = QImage(90, 120, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def nobody(_sha256: str) -> QImage | None:
    return None


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_prisoners_slip_says_when_where_and_whom_in_two_short_sentences() -> None:
    (page,) = text_of(prisoners_slips(sheet(call(starts_at=NOON + timedelta(hours=2, minutes=30))), Language.ENGLISH))
    said = flat(page)
    assert "Sunday 22 November" in said
    assert "2:30pm" in said
    assert "You have a video call with Mum and Jac." in said
    assert "It is on Visits 1, HMP Example." in said
    assert flat(SAFE) in said


def test_the_prisoners_slip_in_welsh() -> None:
    (page,) = text_of(prisoners_slips(sheet(call()), Language.WELSH))
    said = flat(page)
    assert "Dydd Sul 22 Tachwedd" in said
    assert "hanner dydd" in said
    assert "Mae gennych alwad fideo gyda Mum a Jac." in said


@pytest.mark.parametrize("language", list(Language))
def test_the_prisoners_slip_never_has_the_officers_note_nor_what_a_visitor_is_really_called(language: Language) -> None:
    said = " ".join(text_of(prisoners_slips(sheet(call()), language)))
    for secret in (SECRET, "intelligence", "Huws, ", "Siân Huws", "mother", "2036", "b1"):
        assert secret not in flat(said)


def test_the_officers_slip_has_it_all() -> None:
    people = (MUM.model_copy(update={"photo": "a" * 64}), JAC)
    (page,) = text_of(officers_slips(sheet(call(participants=people)), lambda _: face()))
    said = flat(page)
    for told in (
        SECRET,
        flat(SAFE),
        "A1234BC",
        "Tomos Huws",
        "Siân Huws",
        "brother, aged 9",
        "midday to 12:30pm",
        "b1",
    ):
        assert told in said
    assert "Approved until 30 June 2036" in said
    assert said.count("No photo on file") == 1


def test_the_officers_slip_says_who_is_not_approved_and_which_photo_is_missing() -> None:
    lapsed = MUM.model_copy(update={"vetted_until": date(2026, 11, 21), "photo": "a" * 64})
    said = flat(text_of(officers_slips(sheet(call(participants=(lapsed,))), nobody))[0])
    assert "NOT APPROVED on this day" in said
    assert "The photo is not on this laptop" in said


def test_a_photo_is_really_on_the_page() -> None:
    person = MUM.model_copy(update={"photo": "a" * 64})
    page = loaded(officers_slips(sheet(call(participants=(person,))), lambda _: face())).render(
        0, QSize(210 * 4, 297 * 4)
    )
    shown = QColor(page.pixel(24 * 4, 50 * 4))  # in the middle of the first photo, at four dots a millimetre
    assert abs(shown.red() - 0x80) < 4
    assert abs(shown.green() - 0x40) < 4


def test_calls_stand_in_the_order_of_the_day_one_a_page_for_prisoners_and_two_for_officers() -> None:
    day = sheet(*(call(f"b{hour}", starts_at=NOON + timedelta(hours=hour)) for hour in (3, 1, 2)))
    assert [re.findall(r"\b\dpm", page)[0] for page in text_of(prisoners_slips(day, Language.ENGLISH))] == [
        "1pm",
        "2pm",
        "3pm",
    ]
    assert [re.findall(r"Booking (b\d)", page) for page in text_of(officers_slips(day, nobody))] == [
        ["b1", "b2"],
        ["b3"],
    ]


@pytest.mark.attack("pointer-and-text", tier="U")
@pytest.mark.parametrize(
    "name", [WIDE, RTL, "<b>bold</b> <a href='x'>&amp;</a>", "a\u0301\u0301\u0301\u0301" * 500, "x\0\n\t"]
)
def test_no_name_and_no_note_breaks_a_slip_or_is_more_than_plain_text(name: str) -> None:
    person = MUM.model_copy(update={"name": name, "called": name, "relation": name})
    hostile = call(participants=(person,) * 5, note_for_officer=name, note_for_prisoner=name)
    hostile = hostile.model_copy(update={"prisoner": hostile.prisoner.model_copy(update={"name": name})})
    day = sheet(hostile, call("b2", starts_at=NOON + timedelta(hours=1)))
    officers, prisoners = text_of(officers_slips(day, nobody)), text_of(prisoners_slips(day, Language.ENGLISH))
    assert len(officers) == 1
    assert len(prisoners) == 2
    assert "midday" in prisoners[0]
    assert SECRET in flat(officers[0])  # the other call's
    if name.startswith("<"):
        assert "<b>bold</b>" in flat(prisoners[0])


def test_times_and_days_are_written_as_gov_uk_does() -> None:
    summer = datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    assert clock(summer, "Europe/London") == "2:30pm"
    assert clock(datetime(2026, 12, 1, 0, 0, tzinfo=UTC), "Europe/London") == "midnight"
    assert clock(datetime(2026, 12, 1, 9, 5, tzinfo=UTC), "Europe/London") == "9:05am"
    assert clock(summer, "Europe/Nowhere") == "1:30pm UTC"
    assert day_of(date(2026, 3, 2), Language.WELSH) == "Dydd Llun 2 Mawrth"


def test_and_in_welsh_is_ac_before_a_vowel() -> None:
    assert together(["Mum", "Anna"], Language.WELSH) == "Mum ac Anna"
    assert together(["Nain", "Taid", "Ŵyn"], Language.WELSH) == "Nain, Taid ac Ŵyn"
    assert together(["Mum"], Language.WELSH) == "Mum"


# ---- the command ----


class Desk:
    """A demo's folders, with a sheet in the pack."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state, self.out = folder, folder / "state", folder / "out"
        self.state.mkdir()
        enrolled(folder / "identity")
        open_vault(on_laptop=False, folder=folder / "vault").write(SecretName.PACK_KEY, "A" * 43 + "=")
        self.pack = DayPack(self.state, bytes(32))

    def has(self, day: CallSheet) -> None:
        self.pack.put("sheet", signed_sheet(day).encode())

    def prints(self, day: str = "2026-11-22", *more: str) -> None:
        folders = [("--out", self.out), ("--state", self.state), ("--identity", self.folder / "identity")]
        words = [str(word) for pair in (*folders, ("--vault", self.folder / "vault")) for word in pair]
        main(["slips", "--date", day, *words, *more])

    def refused(self, capsys: pytest.CaptureFixture[str], day: str = "2026-11-22") -> str:
        with pytest.raises(SystemExit) as ended:
            self.prints(day)
        assert ended.value.code == 2
        assert not self.out.exists()
        return capsys.readouterr().err


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_two_files_are_written_that_only_their_owner_may_read(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    png = QBuffer()
    png.open(QIODevice.OpenModeFlag.WriteOnly)
    face().save(png, "PNG")  # type: ignore[call-overload]  # the stub wants bytes; Qt takes both
    photo = bytes(png.data().data())
    sha256 = hashlib.sha256(photo).hexdigest()
    desk.pack.put(photo_entry(sha256), photo)
    desk.has(sheet(call(participants=(MUM.model_copy(update={"photo": sha256}),))))
    desk.prints()
    prisoners, officers = desk.out / "slips-prisoners-2026-11-22.pdf", desk.out / "slips-officers-2026-11-22.pdf"
    assert capsys.readouterr().out.split() == [str(prisoners), str(officers)]
    for path in (prisoners, officers):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_bytes().startswith(b"%PDF-")
    assert desk.out.stat().st_mode & 0o777 == 0o700
    assert "not on this laptop" not in text_of(officers.read_bytes())[0]


def test_another_day_than_the_one_that_is_kept_is_said(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.has(sheet(call()))
    said = desk.refused(capsys, "2026-11-23")
    assert said == "kiosk: This laptop has the calls of 22 November 2026, and not those of 23 November 2026.\n"


def test_a_laptop_with_no_sheet_or_no_key_says_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no call sheet" in desk.refused(capsys)
    (desk.folder / "vault" / "pack-key").unlink()
    assert "opens only for the guard" in desk.refused(capsys)


def test_a_sheet_that_is_not_this_laptops_is_not_printed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.pack.put("sheet", signed_sheet(sheet(call()), kid="online-demo", signer="stranger").encode())
    assert "its signature is wrong" in desk.refused(capsys)


def test_whoever_prints_changes_nothing_of_what_is_kept(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.has(sheet(call()))
    (path,) = (desk.state / "pack").iterdir()
    path.write_bytes(b"damaged")
    desk.refused(capsys)
    assert path.read_bytes() == b"damaged"
    assert TrustFile(desk.state).read() is None
