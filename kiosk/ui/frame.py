"""What stands around every scene: banner, place and time, state of the lockdown, the officer's keys."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ipc import Key
from kiosk.scenes import Frame
from kiosk.ui.areas import Areas
from kiosk.ui.design import MARGIN, Look, Tone
from kiosk.ui.pieces.banner import HEIGHT as BANNER
from kiosk.ui.pieces.banner import DemoBanner
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.safe import swallows
from kiosk.ui.words import clock, say

LABEL: Final = 18
STATUS: Final = 16
ICON: Final = 20
GAP: Final = 8


class Corner(Piece):
    """A label in an upper corner; where it stands on the banner it has a ground of its own."""

    def __init__(self, parent: QWidget, *, bold: bool) -> None:
        super().__init__(parent)
        self._has_ground = False
        self.words = TextBlock(self, Style(LABEL, bold=bold))

    def place(self, top: QRect, *, slim: bool, at_right: bool) -> None:
        """Stand at one end of the strip `top`, at most two fifths of it wide."""
        self._has_ground = slim
        inset = self.look.px(12 if slim else MARGIN)
        width = min(self.words.width_wanted(), top.width() * 2 // 5) + 2 * inset
        self.setGeometry(top.right() + 1 - width if at_right else top.left(), top.top(), width, top.height())
        self.words.setGeometry(inset, 0, width - 2 * inset, top.height())

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the ground, on the banner."""
        if self._has_ground:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QColor(self.look.palette.ground))


class Note(Piece):
    """An icon and a few words in the lowest line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = Icon(self, "lock", ICON)
        self._words = TextBlock(self, Style(STATUS))

    def say(self, icon: str, words: str, tone: Tone) -> None:
        """Show `words`; none hides the note."""
        self._icon.turn_into(icon, tone)
        self._words.restyle(Style(STATUS, bold=tone is not Tone.SOFT, tone=tone))
        self._words.say(words)
        self.setVisible(bool(words))

    def place(self, left: int, status: QRect) -> int:
        """Stand at `left` in the line `status`; returns where the next note may begin."""
        if self.isHidden():
            return left
        icon, gap = self.look.px(ICON), self.look.px(GAP)
        width = icon + gap + self._words.width_wanted()
        self.setGeometry(left, status.top(), width, status.height())
        self._icon.setGeometry(0, 0, icon, status.height())
        self._words.setGeometry(icon + gap, 0, width - icon - gap, status.height())
        return left + width + self.look.px(28)


class OfficerKeys(Piece):
    """The officer's keys: ending needs no credential, in any state of a call."""

    pressed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.now = KeyButton(self, "end_now", say("keys.end_now"), "stop", Manner.STOP)
        self.soon = KeyButton(self, "end_in_60", say("keys.end_in_60"), "clock", Manner.STOP_LATER)
        self.now.clicked.connect(lambda: self.pressed.emit(Key.END_NOW))
        self.soon.clicked.connect(lambda: self.pressed.emit(Key.END_IN_60))

    def width_wanted(self) -> int:
        """How much of the row the keys take, with the space that keeps them apart from the prisoner's."""
        if self.isHidden():
            return 0
        return self.now.width_wanted() + self.soon.width_wanted() + self.look.px(12 + 48)

    def place(self, areas: Areas) -> None:
        """Stand at the right end of the row."""
        right = areas.panel.right() + 1 - self.look.px(MARGIN)
        left, reach = areas.row.right() + 1, self.look.px(12)  # the reach gives the focus rings their room
        self.setGeometry(left, areas.row.top(), right - left + reach, areas.row.height())
        start = self.soon.place_right(right - left, self.height() // 2)
        self.now.place_right(start - self.look.px(12), self.height() // 2)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the line that keeps these keys apart."""
        with QPainter(self) as painter:
            inset = self.look.px(12)
            painter.fillRect(
                self.look.px(22), inset, self.look.px(2), self.height() - 2 * inset, QColor(self.look.palette.line)
            )


class Surround:
    """The frame's pieces, direct children of the window so that the scene beneath stays within reach."""

    def __init__(self, window: QWidget) -> None:
        self.banner = DemoBanner(window)
        self.place_label = Corner(window, bold=True)
        self.time_label = Corner(window, bold=True)
        self.lockdown, self.network, self.synthetic = Note(window), Note(window), Note(window)
        self.officer = OfficerKeys(window)

    def pieces(self) -> tuple[Piece, ...]:
        """Everything, from back to front."""
        return (
            self.banner,
            self.place_label,
            self.time_label,
            self.lockdown,
            self.network,
            self.synthetic,
            self.officer,
        )

    def draw(self, frame: Frame, now: datetime) -> None:
        """Show what `frame` says."""
        place = " · ".join(part for part in (frame.establishment, frame.laptop) if part)
        self.place_label.words.say(place)
        self.time_label.words.say(clock(now, frame.timezone))
        if frame.demo:
            self.lockdown.say("lock_open", say("frame.not_secure"), Tone.WARNING)
        else:
            self.lockdown.say("lock", say("frame.secure"), Tone.SOFT)
        self.network.say("no_network", "" if frame.online else say("frame.offline"), Tone.WARNING)
        self.synthetic.say("no_camera", _synthetic(frame), Tone.WARNING)
        self.officer.setVisible(frame.officer_keys)
        self.banner.setVisible(frame.demo)

    def wear(self, look: Look) -> None:
        """Draw in `look` from now on."""
        for piece in self.pieces():
            piece.wear(look)

    def place(self, areas: Areas, *, slim: bool) -> None:
        """Stand around the scene."""
        self.banner.setGeometry(0, 0, areas.panel.width(), self.banner.look.px(BANNER))
        self.place_label.place(areas.top, slim=slim, at_right=False)
        self.time_label.place(areas.top, slim=slim, at_right=True)
        left = areas.status.left()
        for note in (self.lockdown, self.network, self.synthetic):
            left = note.place(left, areas.status)
        self.officer.place(areas)


def _synthetic(frame: Frame) -> str:
    """What of the call is not real, in words."""
    if frame.synthetic_camera and frame.synthetic_sound:
        return say("frame.test_both")
    if frame.synthetic_camera:
        return say("frame.test_picture")
    return say("frame.test_sound") if frame.synthetic_sound else ""
