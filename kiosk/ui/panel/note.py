"""A note for staff: plain text of 240 characters, by keyboard or by the keys on the screen. Sends nothing itself."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import DeedKind, WriteNote
from kiosk.ui.design import RADIUS, Tone
from kiosk.ui.key_meanings import NOTE
from kiosk.ui.panel.offers import title
from kiosk.ui.panel.page import Page
from kiosk.ui.pieces.pad import Face, Pad
from kiosk.ui.pieces.text import LEADING, Style, TextBlock
from kiosk.ui.plain import plain
from kiosk.ui.safe import swallows
from kiosk.ui.words import say

LONGEST: Final = 240
SIZES: Final = (20, 17, 15)  # as large as what was typed leaves it
INSET: Final = 10
PAD: Final = 414
CARET: Final = "|"


class NotePage(Page):
    """What was typed, how much room is left, and a pad. The first letter of a sentence is made a capital."""

    alphabet = NOTE

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, title(DeedKind.WRITE_NOTE))
        self._typed = ""
        self._paper = QRect()
        self._text = TextBlock(self, Style(SIZES[0]))
        self._left = TextBlock(self, Style(14, tone=Tone.SOFT))
        self._pad = Pad(self, Face.NOTE_LETTERS)
        self._pad.struck.connect(self._strike)
        self._pad.erased.connect(self.rub_out)
        self._pad.accepted.connect(self._go_on)
        self._pad.rearranged.connect(self.rearranged)
        self._show()

    def _strike(self, character: str) -> None:
        """A key of the pad, which has capitals only: small letters but at the beginning of a sentence."""
        begins = not self._typed.strip() or self._typed.rstrip().endswith((".", "?"))
        self.write(character if begins else character.lower())

    def write(self, character: str) -> None:
        """Take one character more, while there is room."""
        if len(self._typed) < LONGEST:
            self._typed += character
            self._show()

    def rub_out(self) -> None:
        """Forget the last character."""
        self._typed = self._typed[:-1]
        self._show()

    def wipe(self) -> None:
        """Forget the note."""
        self._typed = ""
        self._show()

    def enter(self, focused: QWidget | None) -> bool:
        """Go on to the PIN, unless the focus was moved to a key."""
        if focused in (None, self.window()):
            self._go_on()
            return True
        return False

    def first_focus(self) -> QWidget | None:
        """Nothing: what is typed goes into the note, and Enter goes on."""
        return None

    def _go_on(self) -> None:
        text = plain(self._typed)
        if text:
            self.chosen.emit(WriteNote(text=text))

    def _show(self) -> None:
        """Show the end of what was typed: what does not fit is its beginning."""
        shown = self._typed + CARET
        self._text.say(shown)
        while not self._fits() and len(shown) > 1:
            shown = shown.partition(" ")[2] or shown[10:]
            self._text.say(f"… {shown}")
        left = say("panel.characters_left", n=LONGEST - len(self._typed))
        self._left.say(f"{say('panel.note_hint')} {left}")
        self._pad.let_accept(allowed=bool(self._typed.strip()))

    def _fits(self) -> bool:
        """Set the text as large as the paper allows; False when it does not fit at any size. It stands at the top."""
        width, most = self._text.width(), self._paper.height() - self.look.px(8)
        for size in SIZES if most > 0 else ():
            self._text.restyle(Style(size, most_lines=max(1, most // self.look.px(size * LEADING))))
            if self._text.lines(width).whole:
                self._text.resize(width, self._text.height_for(width))
                return True
        return most <= 0

    def arrange(self) -> None:
        """Text above, pad below."""
        px, inset, area = self.look.px, self.look.px(INSET), self.area
        pad = area.adjusted(0, area.height() - px(PAD), 0, 0)
        wide, left, end = area.width() - 2 * inset, area.left() + inset, pad.top() - px(4)
        self._left.setGeometry(left, end - px(20), wide, px(20))
        self._paper = QRect(area.left(), area.top(), area.width(), end - px(22) - area.top())
        self._text.setGeometry(left, area.top() + px(4), wide, self._paper.height() - px(8))
        self._pad.place(pad)
        self._show()

    def keys(self) -> Sequence[QAbstractButton]:
        """The pad."""
        return self._pad.keys()

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the paper."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self.look.palette.accent))
            painter.setBrush(QColor(self.look.palette.raised))
            radius = self.look.px(RADIUS)
            painter.drawRoundedRect(self._paper.adjusted(0, 0, -1, -1), radius, radius)
