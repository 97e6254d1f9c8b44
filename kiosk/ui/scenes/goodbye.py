"""Goodbye: why the call ended, how long they talked, and whom one can talk to now."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from contract.sentences import WHY_IT_ENDED
from kiosk.deeds import DeedKind
from kiosk.scenes import Goodbye
from kiosk.ui.areas import Areas
from kiosk.ui.design import RADIUS, Tone
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.safe import swallows
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.scenes.reason_ask import ReasonAsk
from kiosk.ui.words import MINUTE_S, count, lasting, say

PADDING: Final = 24
ICON: Final = 36


class ListenCard(Piece):
    """Whom to talk to, on a card of its own. It opens no channel and nobody logs that it was read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = Icon(self, "phone", ICON, Tone.ACCENT)
        self._words = TextBlock(self, Style(20, most_lines=4), say("goodbye.samaritans"))

    def height_for(self, width: int) -> int:
        """As high as its words, with room around them."""
        return self._words.height_for(self._words_width(width)) + self.look.px(2 * PADDING)

    def place_inside(self) -> None:
        """Put icon and words in their places."""
        padding, icon = self.look.px(PADDING), self.look.px(ICON)
        self._icon.setGeometry(padding, 0, icon, self.height())
        self._words.setGeometry(2 * padding + icon, 0, self._words_width(self.width()), self.height())

    def _words_width(self, width: int) -> int:
        return width - self.look.px(3 * PADDING + ICON)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the card."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self.look.palette.line))
            painter.setBrush(QColor(self.look.palette.raised))
            radius = self.look.px(RADIUS)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)


class GoodbyeView(MessageView):
    """ "Your call has ended", and why."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown("goodbye")
        self.talked = TextBlock(self, Style(24, bold=True, centred=True))
        self.card = ListenCard(self)
        self.owed = TextBlock(self, Style(20, centred=True, most_lines=2))
        self.add(self.talked, gap=12)
        self.add(self.owed, gap=8)
        self.add(self.card, gap=32)
        self.ask = ReasonAsk(self, say("goodbye.ask_reason"), DeedKind.GIVE_REASON, may_skip=True)
        self.ask.pressed.connect(self.pressed)
        self.ask.reason_wanted.connect(self.reason_wanted)

    def draw(self, scene: Goodbye) -> None:
        """Show the scene."""
        self.title.say(say("goodbye.title"))
        self.lead.say(WHY_IT_ENDED[scene.reason])
        self.talked.say(say("goodbye.talked", time=lasting(scene.talk_s)) if scene.talk_s > 0 else "")
        self.owed.say(count("goodbye.owed", -(-scene.owed_s // MINUTE_S)) if scene.owed_s > 0 else "")
        self.ask.setVisible(scene.ask_reason)

    def arrange(self, areas: Areas) -> None:
        """The column with the card in it, and the question for the officer in the row."""
        super().arrange(areas)
        self.card.place_inside()
        self.ask.place(areas.row)

    def keys(self) -> Sequence[QAbstractButton]:
        """The officer's "Give reason" and "Skip"."""
        return self.ask.keys()
