"""The shell's one window: shows the scene it is given, reports what was pressed, and cannot be closed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ipc import Key
from kiosk.latest import Latest, Picture
from kiosk.scenes import AnyScene, Frame
from kiosk.ui.areas import Areas, divide
from kiosk.ui.design import LIGHT, Look, unit
from kiosk.ui.focus import neighbour
from kiosk.ui.fonts import load_fonts
from kiosk.ui.frame import Surround
from kiosk.ui.input_guard import InputGuard, Meaning
from kiosk.ui.places import Places, beside, call_places
from kiosk.ui.safe import swallows
from kiosk.ui.scenes.view import SceneView
from kiosk.ui.stage import Stage
from kiosk.ui.video import VideoView

CLOCK_MS: Final = 1000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class KioskWindow(QWidget):
    """Full-screen in a kiosk; the caller shows it. Raises Unavailable when the font is not installed.

    `family` and `own` are the boxes media puts pictures into; `now` is asked for the time on the clock.
    """

    pressed = Signal(object, object)  # kiosk.ipc.Key, tuple of ticked visitor ids
    first_painted = Signal()  # once, after the first scene was painted
    picture_sizes = Signal(int, int, int, int)  # family w, h, own w, h in device pixels, when they change

    def __init__(
        self, family: Latest[Picture], own: Latest[Picture], *, now: Callable[[], datetime] = _utc_now
    ) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        load_fonts()
        self._now = now
        self._frame = Frame()
        self._sizes: tuple[int, int, int, int] | None = None
        self._announced = False
        self._stage = Stage(self)
        self.family_view = VideoView(family, self, at_top=True)
        self.own_view = VideoView(own, self)
        self.family_view.reshaped.connect(self._arrange, Qt.ConnectionType.QueuedConnection)
        self._surround = Surround(self)
        self._surround.officer.pressed.connect(lambda key: self.pressed.emit(key, ()))
        self._guard_input()
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._tell_time)
        self._clock.start()

    def _guard_input(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._input = InputGuard(self)
        self._input.meant.connect(self._obey)
        application = QCoreApplication.instance()
        assert application is not None, "a widget cannot exist without an application"
        application.installEventFilter(self._input)

    def show_scene(self, frame: Frame, scene: AnyScene) -> None:
        """Show `scene` in `frame`. The same kind of scene again keeps focus, ticks and questions as they are."""
        before, focused = self._stage.view, self.focusWidget()
        self._frame = frame
        self._stage.draw(frame, scene)
        self._surround.draw(frame, self._now())
        view = self._stage.view
        if view is not None and view is not before:
            self._open(view, before)
        elif focused not in (None, self, *self._keys()):
            self.setFocus()  # else Qt hands the focus, and the next press of Enter, to some other key
        self._arrange()

    def _open(self, view: SceneView, before: SceneView | None) -> None:
        """Show a new view, with no picture left over and the focus where the scene wants it."""
        if before is None or not (before.takes_pictures and view.takes_pictures):
            self.family_view.clear()
            self.own_view.clear()
        view.pressed.connect(self.pressed)
        view.rearranged.connect(self._arrange)
        view.lower()
        self._arrange()
        view.show()
        (view.first_focus() or self).setFocus()
        self.update()

    def _arrange(self) -> None:
        """Dress and place everything for the size the window has now."""
        view = self._stage.view
        if view is None:
            return
        look = Look(view.palette_worn, unit(self.size()))
        view.wear(look)
        self._surround.wear(look)
        areas = self._areas(look, slim=view.slim)
        view.setGeometry(areas.panel)
        view.arrange(areas)
        self._surround.place(areas, slim=view.slim)
        places = view.places(call_places(self._areas(look, slim=True), look))
        own = beside(places, self.family_view.picture_rect(), look)
        self._place_pictures(view, replace(places, own=own))

    def _areas(self, look: Look, *, slim: bool) -> Areas:
        officer = self._surround.officer.width_wanted()
        return divide(self.size(), look, demo=self._frame.demo, slim=slim, officer_width=officer)

    def _place_pictures(self, view: SceneView, places: Places) -> None:
        for video, rect, shown in (
            (self.family_view, places.family, places.family_shown),
            (self.own_view, places.own, places.own_shown),
        ):
            video.setGeometry(rect)
            video.setVisible(shown)
            video.want(shown or view.takes_pictures)
        self._report_sizes(places.family, places.own)

    def _report_sizes(self, family: QRect, own: QRect) -> None:
        ratio = self.devicePixelRatioF()
        across = (round(family.width() * ratio), round(own.width() * ratio))
        down = (round(family.height() * ratio), round(own.height() * ratio))
        sizes = (across[0], down[0], across[1], down[1])
        if sizes != self._sizes:
            self._sizes = sizes
            self.picture_sizes.emit(*sizes)

    def _tell_time(self) -> None:
        self._surround.draw(self._frame, self._now())
        self._arrange()

    def _keys(self) -> Sequence[QAbstractButton]:
        """The keys that can be pressed now, in order."""
        view, officer = self._stage.view, self._surround.officer
        keys = (*(view.keys() if view else ()), officer.now, officer.soon)
        return [key for key in keys if key.isVisibleTo(self) and key.isEnabled()]

    def _obey(self, meaning: Meaning) -> None:
        keys, focused = self._keys(), self.focusWidget()
        if meaning is Meaning.END:
            if self._frame.officer_keys:
                self.pressed.emit(Key.END_NOW, ())
        elif meaning is Meaning.PRESS:
            if isinstance(focused, QAbstractButton) and focused in keys:
                focused.click()
        else:
            step = 1 if meaning is Meaning.NEXT else -1
            (neighbour(keys, focused, step) or self).setFocus(Qt.FocusReason.TabFocusReason)

    @swallows
    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Nobody closes the window; the process ends by its own command."""
        event.ignore()

    @swallows
    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Arrange everything for the new size."""
        self._arrange()

    @swallows
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the ground of the scene."""
        view = self._stage.view
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor((view.palette_worn if view else LIGHT).ground))
        if view is not None and not self._announced:
            self._announced = True
            QTimer.singleShot(0, self, self.first_painted.emit)  # once the pieces in front are painted too
