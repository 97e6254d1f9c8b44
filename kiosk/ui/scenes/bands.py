"""The bands above the time line: what the family does not get, and what an officer says to both sides."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from contract.sentences import SET_MESSAGES
from kiosk.scenes import Fault, InCall, Interrupted
from kiosk.ui.design import MARGIN, Tone
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.safe import swallows
from kiosk.ui.words import say

TALL: Final = 52
ICON: Final = 30


class Band(Piece):
    """One line over the whole width of the picture, beneath it: an icon and a sentence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = Icon(self, "message", ICON)
        self.words = TextBlock(self, Style(22, bold=True))
        self.hide()

    def say(self, icon: str, words: str, tone: Tone) -> None:
        """Show `words`; none hides the band."""
        self._icon.turn_into(icon, tone)
        self.words.restyle(Style(22, bold=True, tone=tone, most_lines=2))
        self.words.say(words)
        self.setVisible(bool(words))

    def height_for(self, width: int) -> int:
        """As high as its words on one line or two; nothing while it is silent."""
        if self.isHidden():
            return 0
        return max(self.look.px(TALL), self.words.height_for(self._room(width)) + self.look.px(8))

    def place(self, rect: QRect) -> None:
        """Stand at `rect`."""
        margin, icon = self.look.px(MARGIN), self.look.px(ICON)
        self.setGeometry(rect)
        self._icon.setGeometry(margin, 0, icon, rect.height())
        self.words.setGeometry(margin + icon + self.look.px(14), 0, self._room(rect.width()), rect.height())

    def _room(self, width: int) -> int:
        return width - self.look.px(2 * MARGIN + ICON + 14)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the ground."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.look.palette.raised))


def not_got(scene: InCall) -> tuple[str, str]:
    """Icon and sentence for what the family does not get, or for why; two empty words when all is well."""
    if scene.lacks is not None:
        lacks = "no_camera" if scene.lacks in (Fault.NO_CAMERA, Fault.OTHER_CAMERA) else "no_sound"
        return lacks, say(f"in_call.lacks.{scene.lacks.value}")
    if scene.camera is not None and not scene.cannot_hear:
        return "no_camera", say(f"in_call.camera.{scene.camera.value}", who=scene.who)
    return "no_sound" if scene.cannot_hear else "no_camera", one_way(scene)


def one_way(scene: InCall | Interrupted) -> str:
    """What the family does not get of you; empty when it gets all."""
    if scene.cannot_hear and scene.cannot_see:
        return say("in_call.cannot_hear_or_see", who=scene.who)
    if scene.cannot_hear:
        return say("in_call.cannot_hear", who=scene.who)
    return say("in_call.cannot_see", who=scene.who) if scene.cannot_see else ""


def notice(scene: InCall) -> str:
    """What an officer says to both sides."""
    return "" if scene.notice is None else SET_MESSAGES[scene.notice]
