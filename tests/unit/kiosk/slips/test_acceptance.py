"""The acceptance report on paper: one page, whatever is in it, with every hash and every box."""

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from kiosk.acceptance.report import BY_HAND, Report, Row
from kiosk.policy.measures import MeasureName, Severity, Verdict
from kiosk.slips.acceptance import acceptance_page
from kiosk.ui.fonts import load_fonts
from tests.fakes.accepted import CAMERA, FACTS, REPORT


@pytest.fixture(autouse=True)
def font(qtbot: QtBot) -> None:
    load_fonts()


def words_on(report: Report) -> list[str]:
    """Of each page."""
    document = QPdfDocument()
    buffer = QBuffer(document)
    buffer.setData(acceptance_page(report))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    return [" ".join(document.getAllText(page).text().split()) for page in range(document.pageCount())]


def full() -> Report:
    rows = tuple(
        Row(measure=name, state=Verdict.LOST, when_lost=Severity.BLOCK, evidence="because of this and that " * 12)
        for name in MeasureName
    )
    usb = tuple(CAMERA.model_copy(update={"port": f"1-{number}"}) for number in range(1, 13))
    facts = FACTS.model_copy(update={"usb": usb})
    files = dict.fromkeys(("root.erofs", "root.verity", "visit-laptop.efi", "systemd-boot.efi"), "f" * 64)
    notes = ("The clock said 1970-01-01; it was set to 2026-11-26, when this release was made. " * 2,)
    return REPORT.model_copy(update={"rows": rows, "facts": facts, "files": files, "notes": notes})


def test_everything_is_on_one_page() -> None:
    (page,) = words_on(full())
    for said in (*BY_HAND, "Acceptance of Visits 1, HMP Example", "c" * 64, "12" * 32, "f" * 64, "serial number PF3"):
        assert said in page
    assert page.count("LOST: because") == len(MeasureName)


def test_a_report_without_anything_is_a_page_too() -> None:
    assert len(words_on(REPORT)) == 1
