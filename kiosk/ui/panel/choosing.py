"""The pages before the PIN: choose one of several, and read what will be sent before it is."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QWidget

from contract.sentences import SET_MESSAGES
from kiosk.deeds import SendMessage
from kiosk.ui.design import TARGET, Tone
from kiosk.ui.panel.offers import Choice, in_words
from kiosk.ui.panel.page import Page, in_columns
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.pieces.tile import Tile
from kiosk.ui.words import say

TALL: Final = 96
GAP: Final = 8
MANY: Final = 12  # choices; more stand closer together
COLUMNS: Final = 2
SENTENCE: Final = 26


class ChoicePage(Page):
    """One key for each choice."""

    def __init__(self, parent: QWidget, title: str, choices: Sequence[Choice]) -> None:
        super().__init__(parent, title)
        self._tiles = [self._tile(choice) for choice in choices]

    def _tile(self, choice: Choice) -> Tile:
        tile = Tile(self, choice.name, choice.word)
        tile.clicked.connect(lambda: self.chosen.emit(choice.deed))
        return tile

    def arrange(self) -> None:
        """Two columns from the top."""
        gap = GAP if len(self._tiles) <= MANY else GAP // 2
        in_columns(self._tiles, self.area, COLUMNS, self.look.px(TALL), self.look.px(gap))

    def keys(self) -> Sequence[QAbstractButton]:
        """The choices, in order."""
        return self._tiles


class ConfirmPage(Page):
    """The whole sentence, as both sides will read it, and a key to send it."""

    def __init__(self, parent: QWidget, deed: SendMessage) -> None:
        super().__init__(parent, in_words(deed))
        self._lead = TextBlock(self, Style(18, tone=Tone.SOFT, most_lines=2), say("panel.confirm_message"))
        self._sentence = TextBlock(self, Style(SENTENCE, bold=True, most_lines=6), SET_MESSAGES[deed.message])
        self._send = KeyButton(self, "send_message", say("panel.send"), "message", Manner.PRIMARY)
        self._send.clicked.connect(lambda: self.chosen.emit(deed))

    def arrange(self) -> None:
        """Sentence, then key."""
        px, left, width = self.look.px, self.area.left(), self.area.width()
        self._lead.setGeometry(left, px(8), width, self._lead.height_for(width))
        top = px(8) + self._lead.height_for(width) + px(8)
        tall = self._sentence.height_for(width)
        self._sentence.setGeometry(left, top, width, tall)
        self._send.place(QRect(left, top + tall + px(24), width, px(TARGET)))

    def keys(self) -> Sequence[QAbstractButton]:
        """Send."""
        return (self._send,)
