"""What the officer should know, above the panel's keys: a line or two for each thing. Draws; nothing is pressed."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.scenes import Notice
from kiosk.ui.design import Tone
from kiosk.ui.notices import ICONS, WARNS, in_words
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock

SIZE: Final = 17
ICON: Final = 22
GAP: Final = 10
MOST: Final = 4  # the gravest; another has its turn when one of these is dealt with
MOST_LINES: Final = 3


class Told(Piece):
    """One icon and one text for each notice, the gravest on top."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Icon, TextBlock]] = []
        self._said: tuple[tuple[Notice, ...], str] = ((), "")

    def tell(self, notices: Sequence[Notice], timezone: str) -> bool:
        """Show these; True when they are others than before."""
        if (tuple(notices), timezone) == self._said:
            return False
        self._said = (tuple(notices), timezone)
        for icon, text in self._rows:
            for piece in (icon, text):
                piece.hide()
                piece.deleteLater()
        self._rows = [self._row(notice, timezone) for notice in notices[:MOST]]
        return True

    def _row(self, notice: Notice, timezone: str) -> tuple[Icon, TextBlock]:
        warns = notice.kind in WARNS
        icon = Icon(self, ICONS[notice.kind], ICON, Tone.WARNING if warns else Tone.SOFT)
        text = TextBlock(self, Style(SIZE, bold=warns, most_lines=MOST_LINES), in_words(notice, timezone))
        for piece in (icon, text):
            piece.wear(self.look)
            piece.show()
        return icon, text

    def place_in(self, area: QRect, most: int) -> int:
        """Stand at the top of `area`, at most so high; returns where it ends, with a gap under it.

        What has no room is left out: the keys come first.
        """
        px, top = self.look.px, 0
        left = px(ICON + GAP)
        for icon, text in self._rows:
            tall = text.height_for(area.width() - left)
            has_room = top + tall + px(GAP) <= most
            icon.setVisible(has_room)
            text.setVisible(has_room)
            if not has_room:
                most = 0  # nor for what matters less
                continue
            icon.setGeometry(0, top, px(ICON), px(ICON))
            text.setGeometry(left, top, area.width() - left, tall)
            top += max(tall, px(ICON)) + px(GAP)
        self.setGeometry(area.left(), area.top(), area.width(), top)
        return area.top() + top
