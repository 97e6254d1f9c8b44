"""The slip a prisoner is given: when, where, whom they will see, and the safe note. Nothing else of the booking."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QPageLayout, QPageSize

from contract.sheet import Booking, CallSheet
from kiosk.slips.paper import SOFT, Box, Paper, Type
from kiosk.slips.words import Language, clock, day_of, say, together

WIDE: Final = 186  # of A5 across, less the margins


@dataclass(frozen=True)
class PrisonersSlip:
    """All that is printed: made from a booking in one place, so that nothing else of it can be."""

    whose: str
    day: str
    time: str
    whom: str
    where: str
    note: str


def slip_of(booking: Booking, sheet: CallSheet, language: Language) -> PrisonersSlip:
    """What this prisoner may hold in their hand, and whoever stands by may read."""
    who = together([person.called for person in booking.participants], language)
    return PrisonersSlip(
        whose=f"{booking.prisoner.name} {booking.prisoner.number}",
        day=day_of(sheet.day, language),
        time=clock(booking.starts_at, sheet.timezone, language),
        whom=say(language, "with", who=who),
        where=say(language, "where", laptop=sheet.laptop, establishment=sheet.establishment),
        note=booking.note_for_prisoner,
    )


def prisoners_slips(sheet: CallSheet, language: Language) -> bytes:
    """A PDF with a page of A5 for each call, in the order of the day."""
    paper = Paper(f"Slips for {sheet.day}", QPageSize.PageSizeId.A5, QPageLayout.Orientation.Landscape)
    with paper:
        for number, booking in enumerate(sorted(sheet.bookings, key=lambda each: each.starts_at)):
            if number:
                paper.new_page()
            _draw(paper, slip_of(booking, sheet, language))
    return paper.content


def _draw(paper: Paper, slip: PrisonersSlip) -> None:
    paper.write(slip.whose, Box(12, 8, WIDE, 8), Type(12, 8, colour=SOFT))
    paper.write(slip.day, Box(12, 18, WIDE, 14), Type(24, 14))
    paper.write(slip.time, Box(12, 31, WIDE, 30), Type(52, 24, bold=True))
    paper.write(slip.whom, Box(12, 62, WIDE, 26), Type(24, 12))
    paper.write(slip.where, Box(12, 89, WIDE, 23), Type(22, 11))
    if slip.note:
        paper.rule(12, 113, WIDE)
        paper.write(slip.note, Box(12, 115, WIDE, 28), Type(16, 7))
