"""The officers' slips: who comes to each call, with photo and approval, and the note for officers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtGui import QImage, QPageLayout, QPageSize

from contract.sheet import Booking, CallSheet, Participant
from kiosk.slips.paper import SOFT, Box, Paper, Type
from kiosk.slips.words import clock, full_date

LEFT: Final = 10.0
WIDE: Final = 190.0
BLOCK: Final = 142.0  # two on a page of A4
TOP: Final = 9.0
COLUMN: Final = 38.0  # a booking has at most five people
PHOTO: Final = (28.0, 34.0)
SMALL: Final = Type(9, 6)

Photos = Callable[[str], QImage | None]


@dataclass(frozen=True)
class _Place:
    """Where on the page a block begins."""

    top: float

    def box(self, left: float, top: float, width: float, height: float) -> Box:
        return Box(LEFT + left, self.top + top, width, height)


def officers_slips(sheet: CallSheet, photos: Photos) -> bytes:
    """A PDF of A4 pages with two calls each, in the order of the day. `photos` may not have every one."""
    paper = Paper(f"Officers' slips for {sheet.day}", QPageSize.PageSizeId.A4, QPageLayout.Orientation.Portrait)
    with paper:
        for number, booking in enumerate(sorted(sheet.bookings, key=lambda each: each.starts_at)):
            if number and number % 2 == 0:
                paper.new_page()
            _draw(paper, _Place(TOP + number % 2 * BLOCK), booking, sheet, photos)
    return paper.content


def _draw(paper: Paper, place: _Place, booking: Booking, sheet: CallSheet, photos: Photos) -> None:
    start, end = (clock(at, sheet.timezone) for at in (booking.starts_at, booking.ends_at))
    paper.write(f"{start} to {end}", place.box(0, 0, 90, 10), Type(18, 10, bold=True))
    where = f"{full_date(sheet.day)}, {sheet.laptop}, {sheet.establishment}"
    paper.write(where, place.box(92, 1, 98, 9), Type(10, 6, colour=SOFT))
    paper.write(
        f"{booking.prisoner.number}  {booking.prisoner.name}", place.box(0, 10, WIDE, 9), Type(16, 8, bold=True)
    )
    paper.write(_said_of(booking), place.box(0, 19, WIDE, 6), SMALL)
    for number, person in enumerate(booking.participants):
        _person(paper, place, number * COLUMN, person, sheet.day, photos)
    paper.write("For officers only", place.box(0, 85, WIDE, 5), Type(9, 7, bold=True))
    paper.write(booking.note_for_officer or "No note.", place.box(0, 90, WIDE, 22), Type(11, 6))
    paper.write("On the prisoner's slip", place.box(0, 112, WIDE, 5), Type(9, 7, bold=True))
    paper.write(booking.note_for_prisoner or "No note.", place.box(0, 117, WIDE, 13), Type(10, 5))
    paper.write(
        "Personal data. Destroy this paper after the visit.", place.box(0, 131, WIDE, 5), Type(8, 6, colour=SOFT)
    )
    paper.rule(LEFT, place.top + 138, WIDE)


def _said_of(booking: Booking) -> str:
    recorded = "recorded" if booking.recorded else "not recorded"
    watched = "staff may watch" if booking.watched else "not watched"
    return f"Booking {booking.booking_id}; {recorded}, {watched}."


def _person(paper: Paper, place: _Place, left: float, person: Participant, day: date, photos: Photos) -> None:
    photo = place.box(left, 26, *PHOTO)
    image = None if person.photo is None else photos(person.photo)
    if image is not None:
        paper.picture(image, photo)
    else:
        why = "No photo on file" if person.photo is None else "The photo is not on this laptop"
        paper.write(why, place.box(left + 2, 38, PHOTO[0] - 4, 16), Type(8, 6, colour=SOFT))
    paper.frame(photo)
    room = COLUMN - 2
    paper.write(person.name, place.box(left, 61, room, 9), Type(10, 6, bold=True))
    age = "" if person.age is None else f", aged {person.age}"
    paper.write(f"{person.relation}{age}", place.box(left, 70, room, 5), SMALL)
    is_approved = person.vetted_until >= day
    text = f"Approved until {full_date(person.vetted_until)}" if is_approved else "NOT APPROVED on this day"
    paper.write(text, place.box(left, 75, room, 9), Type(8, 6, bold=not is_approved))
