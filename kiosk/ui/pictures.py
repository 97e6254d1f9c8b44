"""What moves in a window, two pictures and a meter: where they stand, who may see them, the sizes media should make."""

from dataclasses import replace

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from kiosk.latest import Latest, Picture
from kiosk.ui.design import Look
from kiosk.ui.pieces.voice import VoiceMeter
from kiosk.ui.places import Places, beside
from kiosk.ui.scenes.view import SceneView
from kiosk.ui.video import VideoView


class Pictures(QObject):
    """The family's picture, the prisoner's own, and the meter of the prisoner's voice, as children of `window`."""

    sizes = Signal(int, int, int, int)  # family w, h, own w, h in device pixels, when they change
    reshaped = Signal()  # the family's picture stands elsewhere in its view

    def __init__(self, window: QWidget, family: Latest[Picture], own: Latest[Picture]) -> None:
        super().__init__(window)
        self._window = window
        self._told: tuple[int, int, int, int] | None = None
        self.family = VideoView(family, window, at_top=True)
        self.own = VideoView(own, window)
        self.voice = VoiceMeter(window)
        self.family.reshaped.connect(self.reshaped, Qt.ConnectionType.QueuedConnection)

    def clear(self) -> None:
        """Forget both; no last frame remains."""
        self.family.clear()
        self.own.clear()

    def place(self, view: SceneView, call: Places, look: Look) -> None:
        """Stand where `view` wants them, given where a call puts them."""
        places = view.places(call)
        places = replace(places, own=beside(places, self.family.picture_rect(), look))
        for video, rect, shown in (
            (self.family, places.family, places.family_shown),
            (self.own, places.own, places.own_shown),
        ):
            video.setGeometry(rect)
            video.setVisible(shown)
            video.want(shown or view.takes_pictures)
        self._place_voice(places.voice_place(look), look)
        self._tell(places.family, places.own)

    def _place_voice(self, rect: QRect | None, look: Look) -> None:
        self.voice.wear(look)
        self.voice.setGeometry(rect or QRect())
        self.voice.want(rect is not None)

    def _tell(self, family: QRect, own: QRect) -> None:
        ratio = self._window.devicePixelRatioF()
        across = (round(family.width() * ratio), round(own.width() * ratio))
        down = (round(family.height() * ratio), round(own.height() * ratio))
        sizes = (across[0], down[0], across[1], down[1])
        if sizes != self._told:
            self._told = sizes
            self.sizes.emit(*sizes)
