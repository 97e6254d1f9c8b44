"""The list of people to tick: rows that keep their ticks while the same people are shown. Decides nothing."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kiosk.scenes import Person
from kiosk.ui.pieces.key import with_ring
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.tick import TickRow
from kiosk.ui.words import day_in_words, say

ROW: Final = 180
GAP: Final = 12
ONE_COLUMN: Final = 3  # people
TWO_COLUMNS: Final = 520  # wide


class TickList(Piece):
    """One row a person. `changed` says that a tick was set or taken away."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self.rows: list[TickRow] = []

    def show_people(self, people: Sequence[Person]) -> None:
        """Show `people`; when anything about any of them differs, every tick is gone."""
        if tuple(people) == self._people:
            return
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self._people = tuple(people)
        self.rows = [self._row(number, person) for number, person in enumerate(self._people)]
        self.changed.emit()

    def show_photos(self, photos: Sequence[QImage | None]) -> None:
        """Show the photos on file, in the order of the people; None where there is none."""
        for row, photo in zip(self.rows, photos, strict=True):
            row.show_photo(photo)

    def _row(self, number: int, person: Person) -> TickRow:
        about = person.relation
        if person.age is not None:
            about = say("officer_admits.under_18", relation=person.relation, age=person.age)
        if person.approval_ended is not None:
            about = say("officer_admits.approval_ended", day=day_in_words(person.approval_ended))
        row = TickRow(self, f"tick_{number}", person.name, about)
        row.wear(self.look)
        row.toggled.connect(self.changed)
        row.setEnabled(person.approval_ended is None)
        row.show()
        return row

    def ticked(self) -> tuple[str, ...]:
        """The visitor ids that are ticked, in order."""
        return tuple(person.visitor_id for person, row in zip(self._people, self.rows, strict=True) if row.isChecked())

    def all_ticked(self) -> bool:
        """Whether there is somebody, and everybody is ticked."""
        return bool(self.rows) and all(row.isChecked() for row in self.rows)

    def place(self, area: QRect) -> int:
        """Stand in `area`, rows on top; returns where the rows end."""
        gap, columns = self.look.px(GAP), self._columns(area.width())
        rows = -(-len(self.rows) // columns)
        tall = min(self.look.px(ROW) + gap, area.height() // max(1, rows))
        wide = (area.width() - (columns - 1) * gap) // columns
        self.setGeometry(with_ring(area, self.look))
        for number, row in enumerate(self.rows):
            down, across = divmod(number, columns)
            place = QRect(across * (wide + gap), down * tall, wide, tall - gap)
            row.setGeometry(with_ring(place.translated(area.topLeft() - self.pos()), self.look))
        return area.top() + rows * tall

    def _columns(self, width: int) -> int:
        """Two side by side where many would make the photos small."""
        return 2 if len(self.rows) > ONE_COLUMN and width >= self.look.px(TWO_COLUMNS) else 1
