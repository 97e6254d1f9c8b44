"""The list of people to tick: rows that keep their ticks while the same people are shown. Decides nothing."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QWidget

from kiosk.scenes import Person
from kiosk.ui.pieces.key import ring_room
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.tick import TickRow
from kiosk.ui.words import say

ROW: Final = 64
GAP: Final = 12


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

    def _row(self, number: int, person: Person) -> TickRow:
        about = person.relation
        if person.age is not None:
            about = say("officer_admits.under_18", relation=person.relation, age=person.age)
        row = TickRow(self, f"tick_{number}", person.name, about)
        row.wear(self.look)
        row.toggled.connect(self.changed)
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
        room, tall = ring_room(self.look), self.look.px(ROW + GAP)
        tall = min(tall, area.height() // max(1, len(self.rows)))
        self.setGeometry(area.adjusted(-room, -room, room, room))
        for number, row in enumerate(self.rows):
            height = tall - self.look.px(GAP)
            row.setGeometry(0, number * tall, self.width(), height + 2 * room)
        return area.top() + len(self.rows) * tall
