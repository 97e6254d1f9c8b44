"""The officer compares each person with the live picture, ticks them, and starts the call."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import Admit
from kiosk.ipc import Key
from kiosk.scenes import OfficerAdmits
from kiosk.ui.areas import Areas
from kiosk.ui.design import MARGIN, RADIUS, TARGET, Tone
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.text import LEADING, Style, TextBlock
from kiosk.ui.places import Places
from kiosk.ui.safe import swallows
from kiosk.ui.scenes.ticks import TickList
from kiosk.ui.scenes.view import SceneView
from kiosk.ui.words import say

HEADING: Final = 44
BAND: Final = 44
GAP: Final = 16
COLUMN_GAP: Final = 40
NOTE_SHARE: Final = 0.55  # of the left column, at most
NOTE_SIZES: Final = (18, 16, 14)  # the longest note the contract allows fits at the last
HINT: Final = 52


class OfficerAdmitsView(SceneView):
    """Left the live picture and the note, right a tick for each person, below "Back" and "Start the call"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._why_not: str | None = None
        self._preview = False
        self._picture = QRect()
        self.heading = TextBlock(self, Style(32, bold=True))
        self.number = TextBlock(self, Style(24, tone=Tone.SOFT))
        self.look_away_icon = Icon(self, "look_away", 28, Tone.WARNING)
        self.look_away = TextBlock(self, Style(20, bold=True, tone=Tone.WARNING), say("officer_admits.look_away"))
        self.no_picture = TextBlock(self, Style(20, tone=Tone.SOFT, centred=True, most_lines=3))
        self.note_title = TextBlock(self, Style(16, bold=True, tone=Tone.SOFT), say("officer_admits.note"))
        self.note = TextBlock(self, Style(18, most_lines=10))
        self.ticks = TickList(self)
        self.hint = TextBlock(self, Style(18, most_lines=2))
        self.back_key = KeyButton(self, "leave_identity", say("keys.leave_identity"), "back", Manner.QUIET)
        self.start_key = KeyButton(self, "admit", say("keys.admit"), "video_call", Manner.PRIMARY)
        self.ticks.changed.connect(self._tick_changed)
        self.back_key.clicked.connect(lambda: self.pressed.emit(Key.LEAVE_IDENTITY))
        self.start_key.clicked.connect(lambda: self.asks.emit(Admit(ticked=self.ticks.ticked())))

    def draw(self, scene: OfficerAdmits, photo: Callable[[str | None], QImage | None]) -> None:
        """Show the scene."""
        self.heading.say(say("officer_admits.title", prisoner=scene.prisoner_name))
        self.number.say(scene.prisoner_number)
        self.no_picture.say(say(f"officer_admits.no_picture.{scene.visitor.value}"))
        self.note.say(scene.note)
        self.note_title.setVisible(bool(scene.note))
        self._why_not, self._preview = scene.why_not, scene.preview
        self.ticks.show_people(scene.people)
        self.ticks.show_photos([photo(person.photo) for person in scene.people])
        self._judge()

    def _tick_changed(self) -> None:
        """What was about to be asked for is no longer what is ticked."""
        self.asks.emit(None)
        self._judge()

    def _judge(self) -> None:
        """Starting is offered when everybody is ticked and nothing bars it; the guard decides again."""
        ready = self.ticks.all_ticked()
        self.start_key.setEnabled(ready and self._why_not is None)
        waiting = say("officer_admits.all_ticked" if ready else "officer_admits.tick_each")
        self.hint.restyle(Style(18, bold=self._why_not is not None, tone=self._hint_tone(), most_lines=2))
        self.hint.say(waiting if self._why_not is None else self._why_not)

    def _hint_tone(self) -> Tone:
        return Tone.SOFT if self._why_not is None else Tone.WARNING

    def arrange(self, areas: Areas) -> None:
        """Heading, band, two columns, keys."""
        px, margin = self.look.px, self.look.px(MARGIN)
        area = areas.body.adjusted(margin, 0, -margin, -px(GAP))
        self._arrange_heading(QRect(area.left(), area.top(), area.width(), px(HEADING)))
        band = QRect(area.left(), area.top() + px(HEADING + 8), area.width(), px(BAND))
        self.look_away_icon.setGeometry(band.left() + px(GAP), band.top(), px(28), band.height())
        self.look_away.setGeometry(band.adjusted(px(GAP + 28 + 12), 0, -px(GAP), 0))
        area.setTop(band.bottom() + 1 + px(GAP))
        width = (area.width() - px(COLUMN_GAP)) // 2
        self._arrange_left(QRect(area.left(), area.top(), width, area.height()))
        self._arrange_right(QRect(area.right() + 1 - width, area.top(), width, area.height()))
        middle = areas.row_middle
        back = QRect(areas.row.left(), middle - px(TARGET) // 2, self.back_key.width_wanted(), px(TARGET))
        self.back_key.place(back)
        self.start_key.place_right(areas.row.right() + 1, middle)

    def _arrange_heading(self, line: QRect) -> None:
        """The prisoner's name, elided before the number would be."""
        number = min(self.number.width_wanted(), line.width() // 3)
        name = min(self.heading.width_wanted(), line.width() - number - self.look.px(20))
        self.heading.setGeometry(line.left(), line.top(), name, line.height())
        self.number.setGeometry(
            line.left() + name + self.look.px(20), line.top() + self.look.px(2), number, line.height()
        )

    def _arrange_left(self, column: QRect) -> None:
        """The picture, as large as the note leaves it."""
        px = self.look.px
        title = px(24) if self.note.text else 0
        most = round(column.height() * NOTE_SHARE)
        note = self._fit_note(column.width(), most - title)
        room = column.height() - (note + title + px(12) if note else 0)
        before = self._picture
        self._picture = QRect(column.left(), column.top(), column.width(), min(room, column.width() * 9 // 16))
        if self._picture != before:
            self.update()  # its frame is drawn here
        below = self._picture.bottom() + 1 + px(12)
        self.note_title.setGeometry(column.left(), below, column.width(), title)
        self.note.setGeometry(column.left(), below + title, column.width(), note)
        self.no_picture.setGeometry(self._picture.adjusted(px(24), 0, -px(24), 0))

    def _fit_note(self, width: int, most: int) -> int:
        """Set the note as large as fits into `most` pixels; returns its height."""
        for size in NOTE_SIZES:
            lines = max(1, int(most / self.look.px(size * LEADING)))
            self.note.restyle(Style(size, most_lines=lines))
            if self.note.lines(width).whole:
                break
        return self.note.height_for(width)

    def _arrange_right(self, column: QRect) -> None:
        hint = self.look.px(HINT)
        end = self.ticks.place(column.adjusted(0, 0, 0, -hint))
        self.hint.setGeometry(column.left(), end, column.width(), hint)

    def keys(self) -> Sequence[QAbstractButton]:
        """The ticks, then start, then back."""
        return (*self.ticks.rows, self.start_key, self.back_key)

    def first_focus(self) -> QWidget | None:
        """The first person who may be ticked; never the officer's End."""
        return next((row for row in self.ticks.rows if row.isEnabled()), self.back_key)

    def places(self, call: Places) -> Places:
        """The family's picture beside the people, once it arrives; never the prisoner's own."""
        return replace(call, family=self._picture, family_shown=self._preview)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the band and the picture's place."""
        radius, px = self.look.px(RADIUS), self.look.px
        band = self.look_away.geometry().adjusted(-px(GAP + 28 + 12), 0, px(GAP), 0)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self.look.palette.line))
            painter.setBrush(QColor(self.look.palette.raised))
            painter.drawRoundedRect(band, radius, radius)
            painter.drawRoundedRect(self._picture, radius, radius)
