"""The shell's one window: shows the scene it is given, reports what was pressed or asked, and cannot be closed."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import AnyDeed, DeedKind
from kiosk.hearing import Hearing
from kiosk.ipc import Key
from kiosk.latest import Latest, Picture
from kiosk.scenes import AnyScene, Frame, NothingBooked, OfficerAdmits, Panel
from kiosk.ui.allowed_keys import allowed
from kiosk.ui.areas import Areas, Needs, divide
from kiosk.ui.design import LIGHT, Look, unit
from kiosk.ui.focus import neighbour
from kiosk.ui.fonts import load_fonts
from kiosk.ui.frame import Surround
from kiosk.ui.input_guard import InputGuard
from kiosk.ui.key_meanings import Meaning
from kiosk.ui.panel.panel import OfficerPanel
from kiosk.ui.photos import Known, Photos, nobody_known
from kiosk.ui.pictures import Pictures
from kiosk.ui.places import call_places
from kiosk.ui.safe import swallows
from kiosk.ui.scenes.view import SceneView
from kiosk.ui.screens import Screens
from kiosk.ui.stage import Stage

CLOCK_MS: Final = 1000
NOTHING_OFFERED: Final = Panel()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class KioskWindow(QWidget):
    """Full-screen in a kiosk; the caller shows it. Raises Unavailable when the font is not installed.

    `family` and `own` are the boxes media puts pictures into; `now` is asked for the time on the clock; `photos`
    for a photo on file that is already here; `seconds` is what a flood of presses is measured by.
    """

    pressed = Signal(object)  # kiosk.ipc.Key
    asked = Signal(object, object)  # kiosk.deeds.Credential, deed; the answer comes through `answered`
    photo_wanted = Signal(str)  # the SHA-256 of a photo on file; its bytes come through `photo_arrived`
    swallowed = Signal(int)  # presses that came to nothing since the last report, at most once a second
    first_painted = Signal()  # once, after the first scene was painted
    picture_sizes = Signal(int, int, int, int)  # family w, h, own w, h in device pixels, when they change

    def __init__(
        self,
        family: Latest[Picture],
        own: Latest[Picture],
        *,
        now: Callable[[], datetime] = _utc_now,
        photos: Known = nobody_known,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        load_fonts()
        application = QCoreApplication.instance()
        assert isinstance(application, QGuiApplication), "a widget cannot exist without an application"
        self._application = application
        self.screens = Screens(self, application)
        self._now = now
        self._frame = Frame()
        self._scene: AnyScene = NothingBooked()
        self._announced = False
        self._pane = QWidget(self)  # what is drawn on: all of the window, unless that reaches over another screen
        self._stage = Stage(self._pane)
        self._photos = Photos(self, photos)
        self._pictures = Pictures(self._pane, family, own)
        self.family_view, self.own_view = self._pictures.family, self._pictures.own
        self.voice = self._pictures.voice
        self._surround = Surround(self._pane)
        self.officer_panel = OfficerPanel(self._pane)
        self._connect()
        self.input_guard = InputGuard(self, seconds)
        self._guard_input()
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._tell_time)
        self._clock.start()

    def _connect(self) -> None:
        self._photos.wanted.connect(self.photo_wanted)
        self._photos.changed.connect(self._draw)
        self._pictures.reshaped.connect(self._arrange)
        self._pictures.sizes.connect(self.picture_sizes)
        self.screens.moved.connect(self._arrange)
        self._surround.officer.pressed.connect(self.pressed)
        self._surround.officer.panel_wanted.connect(self._open_or_shut_panel)
        self.officer_panel.asked.connect(self.asked)
        self.officer_panel.pressed.connect(self.pressed)
        self.officer_panel.rearranged.connect(self._panel_changed)

    def _guard_input(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.input_guard.always = (self._surround.officer.end, self._surround.officer.hold)
        self.input_guard.meant.connect(self._obey)
        self.input_guard.typed.connect(self._write)
        self.input_guard.swallowed.connect(self.swallowed)
        self._application.installEventFilter(self.input_guard)

    # ---- what the guard and the service say ----

    def show_scene(self, frame: Frame, scene: AnyScene, panel: Panel = NOTHING_OFFERED) -> None:
        """Show `scene` in `frame`. The same kind of scene again keeps focus, ticks and questions as they are."""
        before, focused = self._stage.view, self.focusWidget()
        self._frame, self._scene = frame, scene
        self.officer_panel.offer(panel, frame.timezone)
        self._draw()
        view = self._stage.view
        if view is not None and view is not before:
            self._open(view, before)
        elif focused not in (None, self, *self._keys()):
            self.setFocus()  # else Qt hands the focus, and the next press of Enter, to some other key
        self._allow_keys()
        self._arrange()

    def answered(self, accepted: bool, text: str) -> None:
        """What came of the deed that was asked for: one sentence for the officer."""
        self.officer_panel.answered(accepted, text)

    def photo_arrived(self, sha: str, untrusted: bytes) -> None:
        """The bytes of a photo that was wanted; whatever is not that photo is left out."""
        self._photos.arrived(sha, untrusted)

    def hears(self, hearing: Hearing | None) -> None:
        """What the microphone of a call hears now, for the meter; None while it is shut."""
        self._pictures.voice.hears(hearing)

    def _draw(self) -> None:
        self._stage.draw(self._frame, self._scene, self._photos.look)
        self._surround.draw(self._frame, self._now())

    def _open(self, view: SceneView, before: SceneView | None) -> None:
        """Show a new view, with no picture left over and the focus where the scene wants it."""
        admits = isinstance(self._scene, OfficerAdmits)
        if not admits:
            self._photos.forget()
        view.inherit(self.family_view.colours())
        if before is None or not (before.takes_pictures and view.takes_pictures):
            self._pictures.clear()
        view.pressed.connect(self.pressed)
        view.asks.connect(self._ask)
        view.reason_wanted.connect(self.officer_panel.pick)
        view.rearranged.connect(self._arrange)
        view.lower()
        self._surround.officer.shield.setEnabled(not admits)
        self.officer_panel.scene_changed(allowed=not admits)
        self._arrange()
        view.show()
        if not self.officer_panel.is_open:
            (view.first_focus() or self).setFocus()
        self.update()

    # ---- the officer's panel ----

    def _open_or_shut_panel(self) -> None:
        if self.officer_panel.is_open:
            self.officer_panel.shut()
        else:
            self.officer_panel.open()

    def _panel_changed(self) -> None:
        self._allow_keys()
        self._arrange()

    def _allow_keys(self) -> None:
        """Let in what means something on this scene, and with this page of the panel."""
        guard, panel = self.input_guard, self.officer_panel
        guard.alphabet = panel.alphabet
        guard.allowed = allowed(self._scene, panel_open=panel.is_open, typing=bool(panel.alphabet))

    def _ask(self, deed: AnyDeed | None) -> None:
        """A scene has made out a deed, or no longer has."""
        if deed is None:
            self.officer_panel.take_back(DeedKind.ADMIT)
        else:
            self.officer_panel.ask(deed)

    # ---- drawing ----

    def _arrange(self) -> None:
        """Dress and place everything for the size the window has now."""
        view, place = self._stage.view, self.screens.drawn_on()
        self._pane.setVisible(not place.isEmpty())
        if view is None or place.isEmpty():
            return
        self._pane.setGeometry(place)
        look = Look(view.palette_worn, unit(self._pane.size()))
        for piece in (view, self._surround, self.officer_panel):
            piece.wear(look)
        areas = self._areas(look, slim=view.slim)
        view.setGeometry(areas.panel)
        view.arrange(areas)
        self._surround.place(areas, slim=view.slim)
        self.officer_panel.slide.place(areas.aside)
        self.officer_panel.arrange()
        self._pictures.place(view, call_places(self._areas(look, slim=True), look), look)

    def _areas(self, look: Look, *, slim: bool) -> Areas:
        officer, aside = self._surround.officer.width_wanted(), self.officer_panel.is_open
        return divide(self._pane.size(), look, Needs(bool(self._frame.demo), slim, officer, aside))

    def _tell_time(self) -> None:
        if self._surround.tell_time(self._frame, self._now()):
            self._arrange()

    # ---- keys ----

    def _keys(self) -> Sequence[QAbstractButton]:
        """The keys that can be pressed now, in order; the panel's first, then the scene's, then the officer's."""
        view = self._stage.view
        keys = (*self.officer_panel.keys(), *(view.keys() if view else ()), *self._surround.officer.keys())
        return [key for key in keys if key.isVisibleTo(self) and key.isEnabled()]

    def _write(self, character: str) -> None:
        self.officer_panel.touch()
        self.officer_panel.write(character)

    def _obey(self, meaning: Meaning) -> None:
        """Do what a key of the keyboard means. End and Hold are said first, whatever else goes on."""
        if meaning is Meaning.END:
            self.pressed.emit(Key.END_NOW)
        elif meaning is Meaning.HOLD:
            self.pressed.emit(Key.HOLD)
        else:
            self.officer_panel.touch()
            self._move_or_press(meaning)

    def _move_or_press(self, meaning: Meaning) -> None:
        keys, focused = self._keys(), self.focusWidget()
        if meaning is Meaning.BACK:
            self.officer_panel.go_back()
        elif meaning is Meaning.ERASE:
            self.officer_panel.rub_out()
        elif meaning is Meaning.PRESS:
            if not self.officer_panel.enter(focused) and isinstance(focused, QAbstractButton) and focused in keys:
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
        """Lay the ground of the scene; another screen that the window reaches over stays black."""
        view = self._stage.view
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), Qt.GlobalColor.black)
            painter.fillRect(
                event.rect().intersected(self.screens.drawn_on()),
                QColor((view.palette_worn if view else LIGHT).ground),
            )
        if view is not None and not self._announced:
            self._announced = True
            QTimer.singleShot(0, self, self.first_painted.emit)  # once the pieces in front are painted too
