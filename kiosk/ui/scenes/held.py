"""Held: an officer paused the call. A still blur of colour stands where the family was, never their face."""

from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRadialGradient
from PySide6.QtWidgets import QWidget

from kiosk.scenes import Held
from kiosk.ui.design import Tone
from kiosk.ui.safe import swallows
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.words import say

# Colour, place and reach as fractions of the panel; dark enough for the words (tested).
CLOUDS: Final = (
    ("#1F4F5C", 0.22, 0.30, 0.55),
    ("#4A3B52", 0.78, 0.24, 0.50),
    ("#5A4334", 0.62, 0.80, 0.48),
    ("#1E4A45", 0.15, 0.85, 0.45),
)


class HeldView(MessageView):
    """ "An officer has paused the call. Your time is stopped." """

    dark = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown("pause", Tone.WARNING)

    def draw(self, _scene: Held) -> None:
        """Show the scene."""
        self.title.say(say("held.title"))
        self.lead.say(say("held.body"))

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the clouds of colour."""
        width, height = self.width(), self.height()
        with QPainter(self) as painter:
            for colour, x, y, reach in CLOUDS:
                gradient = QRadialGradient(QPointF(x * width, y * height), reach * width)
                gradient.setColorAt(0, QColor(colour))
                clear = QColor(colour)
                clear.setAlpha(0)
                gradient.setColorAt(1, clear)
                painter.fillRect(self.rect(), gradient)
