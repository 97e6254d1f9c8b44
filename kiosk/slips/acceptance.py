"""The acceptance report on one page of A4: what was found, what did not hold, and boxes for what people must do."""

from typing import Final

from PySide6.QtGui import QPageLayout, QPageSize

from kiosk.acceptance.report import Report
from kiosk.policy.measures import Verdict
from kiosk.slips.paper import SOFT, Box, Paper, Type

LEFT, WIDE, LABEL = 12.0, 186.0, 44.0
LINE: Final = 5.2
HEAD, PLAIN, SMALL = Type(11, 8, bold=True), Type(9, 5), Type(7, 4.5)
FAINT: Final = Type(7, 5, colour=SOFT)
MARKS: Final = {Verdict.HOLDS: "holds", Verdict.LOST: "LOST", Verdict.NOT_APPLICABLE: "not here"}
MOST_ROWS: Final = 20
IN_THE_INSTALLER: Final = "As the installer found it; no guard runs there. `kiosk check` says it on the laptop."


class _Page:
    """Writes down the page, and knows how far it is."""

    def __init__(self, paper: Paper) -> None:
        self._paper, self._top = paper, 12.0

    def title(self, text: str) -> None:
        self._top += 2
        self._paper.write(text, Box(LEFT, self._top, WIDE, 6), HEAD)
        self._top += 6

    def row(self, label: str, text: str, type_: Type = PLAIN) -> None:
        self._paper.write(label, Box(LEFT, self._top, LABEL, LINE), type_)
        self._paper.write(text, Box(LEFT + LABEL, self._top, WIDE - LABEL, LINE), type_)
        self._top += LINE

    def tick(self, text: str) -> None:
        self._paper.frame(Box(LEFT, self._top + 0.6, 3.6, 3.6))
        self._paper.write(text, Box(LEFT + 7, self._top, WIDE - 7, LINE), PLAIN)
        self._top += LINE + 0.6

    def line(self, text: str, type_: Type = FAINT) -> None:
        self._paper.write(text, Box(LEFT, self._top, WIDE, LINE), type_)
        self._top += LINE

    def signature(self) -> None:
        self._top += 8
        self._paper.rule(LEFT, self._top, 80)
        self._paper.rule(LEFT + 100, self._top, 50)
        self._paper.write("Name and signature", Box(LEFT, self._top + 1, 80, LINE), FAINT)
        self._paper.write("Date", Box(LEFT + 100, self._top + 1, 50, LINE), FAINT)


def acceptance_page(report: Report) -> bytes:
    """The page, as PDF. Needs a QGuiApplication and the font loaded."""
    title = f"Acceptance of {report.laptop}, {report.establishment}"
    paper = Paper(title, QPageSize.PageSizeId.A4, QPageLayout.Orientation.Portrait)
    with paper:
        page = _Page(paper)
        page.title(title)
        _found(page, report)
        page.title("What the lockdown's measures said")
        page.line(IN_THE_INSTALLER)
        for row in report.rows[:MOST_ROWS]:
            page.row(row.measure, f"{MARKS.get(row.state, row.state)}: {row.evidence}", SMALL)
        page.title("To be done and ticked by hand")
        for each in report.by_hand:
            page.tick(each)
        page.signature()
    return paper.content


def _found(page: _Page, report: Report) -> None:
    facts, image = report.facts, report.facts.image
    page.row("made at", f"{report.made_at:%Y-%m-%d %H:%M} UTC")
    page.row("laptop", f"{facts.hardware.product}, serial number {facts.hardware.serial}")
    page.row("TPM", f"endorsement key {facts.hardware.tpm_ek_sha256 or 'could not be read'}")
    page.row("disk", facts.hardware.disk)
    page.row("image", f"{image.version}, root hash {image.root_hash}")
    for name, digest in report.files.items():
        page.row(f"  {name}", digest, SMALL)
    on = "on" if facts.secure_boot_on else "OFF"
    keys = ", ".join(f"{name} {digest[:16]}" for name, digest in sorted(facts.secure_boot.items()))
    page.row("Secure Boot", f"{on}; {keys}")
    page.row("network", facts.network)
    page.row("USB devices", "; ".join(f"{each.id} at {each.port}" for each in facts.usb) or "none")
    for note in report.notes:
        page.row("note", note)
