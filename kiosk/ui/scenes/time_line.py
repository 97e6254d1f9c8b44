"""The time line of a call: how long is left, in words that grow when it matters, and what is wrong if anything is."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.scenes import Connection, InCall
from kiosk.ui.design import Tone
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.words import left, say

LAST_MINUTE_S: Final = 60
GOODBYE_S: Final = 30
ICON: Final = 32


def is_last_minute(scene: InCall) -> bool:
    """Whether the call ends within a minute, by its time or by an officer."""
    return scene.ending_in_s is not None or scene.left_s <= LAST_MINUTE_S


def is_warning(scene: InCall) -> bool:
    """Whether the time line speaks up now."""
    return scene.warning or is_last_minute(scene)


def is_goodbye(scene: InCall) -> bool:
    """Whether it is time to say goodbye."""
    seconds = scene.left_s if scene.ending_in_s is None else min(scene.left_s, scene.ending_in_s)
    return seconds <= GOODBYE_S


class TimeLine(Piece):
    """Two lines at most: the time or the goodbye, and beneath it what else must be known."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = Icon(self, "clock", ICON)
        self.main = TextBlock(self, Style(28, bold=True))
        self.also = TextBlock(self, Style(18))

    def draw(self, scene: InCall) -> None:
        """Show how `scene` stands."""
        tone = Tone.WARNING if is_last_minute(scene) else Tone.INK
        self._icon.turn_into("clock" if scene.ending_in_s is None else "warning", tone)
        self.main.restyle(Style(38 if is_warning(scene) else 28, bold=True, tone=tone))
        also, also_tone = _also(scene)
        self.also.restyle(Style(18, bold=also_tone is Tone.WARNING, tone=also_tone))
        self.main.say(_main(scene))
        self.also.say(also)
        self._arrange()

    def place(self, area: QRect) -> None:
        """Stand in `area`."""
        self.setGeometry(area)
        self._arrange()

    def _arrange(self) -> None:
        left_edge = self.look.px(ICON + 12)
        width = self.width() - left_edge
        main, also = self.main.height_for(width), self.also.height_for(width)
        top = (self.height() - main - also) // 2
        self._icon.setGeometry(0, top, self.look.px(ICON), main)
        self.main.setGeometry(left_edge, top, width, main)
        self.also.setGeometry(left_edge, top + main, width, also)


def _main(scene: InCall) -> str:
    return say("in_call.goodbye") if is_goodbye(scene) else _how_long(scene)


def _how_long(scene: InCall) -> str:
    return left(scene.left_s if scene.ending_in_s is None else min(scene.left_s, scene.ending_in_s))


def _also(scene: InCall) -> tuple[str, Tone]:
    """The second line: who is ending the call, or how long the goodbye may take, or the connection word."""
    if scene.ending_in_s is not None:
        return say("in_call.ending"), Tone.WARNING
    if is_goodbye(scene):
        return _how_long(scene), Tone.WARNING
    if scene.connection is Connection.GOOD:
        return "", Tone.INK
    return say(f"in_call.connection.{scene.connection.value}"), Tone.WARNING
