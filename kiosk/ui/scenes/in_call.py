"""The call: the family large and directly under the camera; time left and a way to leave below. Nothing over faces."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.scenes import InCall
from kiosk.ui.areas import Areas
from kiosk.ui.design import Tone
from kiosk.ui.pieces.bar import TimeBar
from kiosk.ui.places import BAR, Places
from kiosk.ui.safe import swallows
from kiosk.ui.scenes.bands import Band, not_got, notice
from kiosk.ui.scenes.leave import LeaveAsk
from kiosk.ui.scenes.recorded import Recorded
from kiosk.ui.scenes.time_line import TimeLine, is_goodbye, is_last_minute
from kiosk.ui.scenes.view import SceneView


class InCallView(SceneView):
    """Picture, bar, time line, "Leave"."""

    dark = True
    slim = True
    takes_pictures = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._goodbye = False
        self._band = QRect()
        self.bar = TimeBar(self)
        self.time_line = TimeLine(self)
        self.notice, self.not_got = Band(self), Band(self)
        self.leave = LeaveAsk(self)
        self.recorded = Recorded(self)
        self.leave.pressed.connect(self.pressed)
        self.leave.rearranged.connect(self.rearranged)

    def draw(self, scene: InCall) -> None:
        """Show the scene."""
        self._goodbye = is_goodbye(scene)
        tone = Tone.WARNING if is_last_minute(scene) else Tone.ACCENT
        self.bar.show_left(scene.left_s / max(1, scene.whole_s), tone)
        self.time_line.draw(scene)
        self.recorded.draw(scene)
        self.notice.say("message", notice(scene), Tone.INK)
        self.not_got.say(*not_got(scene), Tone.WARNING)
        self.update()

    def arrange(self, areas: Areas) -> None:
        """Bar above the row; in the row the time from the left and leaving at its right end."""
        self._band = QRect(0, areas.row.top(), areas.panel.width(), areas.row.height())
        width, bottom = areas.body.width(), areas.row.top() - self.look.px(BAR)
        self.bar.setGeometry(0, bottom, width, self.look.px(BAR))
        for band in self._bands():
            tall = band.height_for(width)
            band.place(QRect(0, bottom - tall, width, tall))
            bottom -= tall
        leave = self.leave.width_wanted()
        gap = self.look.px(24)
        self.leave.place(QRect(areas.row.right() + 1 - leave, areas.row.top(), leave, areas.row.height()))
        self.time_line.place(areas.row.adjusted(0, 0, -leave - gap, 0))
        self.recorded.place(areas.status)

    def keys(self) -> Sequence[QAbstractButton]:
        """Leave; once asked, stay and leave."""
        return self.leave.keys()

    def places(self, call: Places) -> Places:
        """Both pictures are shown, where a call puts them; the family's makes room for what must be read."""
        tall = sum(band.height_for(call.family.width()) for band in self._bands())
        return replace(call, family=call.family.adjusted(0, 0, 0, -tall), family_shown=True, own_shown=True)

    def _bands(self) -> tuple[Band, ...]:
        """The bands from the time line upwards."""
        return (self.not_got, self.notice)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """In the last half minute, draw the quiet full-width line behind the words."""
        if self._goodbye:
            with QPainter(self) as painter:
                painter.fillRect(self._band, QColor(self.look.palette.raised))
