"""What every scene's view is: pieces to draw, keys in order, and where the two pictures stand. Holds no rule."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.areas import Areas
from kiosk.ui.design import DARK, LIGHT, Palette
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.places import Places


class SceneView(Piece):
    """Draws one kind of scene. Made when the scene opens and gone when it closes, so nothing of it lingers."""

    pressed = Signal(object)  # kiosk.ipc.Key
    asks = Signal(object)  # a deed for which an officer must give a PIN, or None: no longer
    reason_wanted = Signal(object)  # kiosk.deeds.DeedKind: an officer wants to say why
    rearranged = Signal()  # other keys than before, or in other places
    dark: ClassVar[bool] = False  # dark scenes belong to the call
    slim: ClassVar[bool] = False  # the top is kept slim
    takes_pictures: ClassVar[bool] = False  # pictures that arrive now are shown, by this scene or the next

    @property
    def palette_worn(self) -> Palette:
        """The colours of this scene."""
        return DARK if self.dark else LIGHT

    def inherit(self, colours: QImage | None) -> None:
        """Receive, before the scene is drawn, the few colours the family's last picture had, if there was one."""

    def arrange(self, areas: Areas) -> None:
        """Put everything in its place."""
        raise NotImplementedError

    def keys(self) -> Sequence[QAbstractButton]:
        """The keys of this scene in the order of the Tab key; the officer's keys follow."""
        return ()

    def first_focus(self) -> QWidget | None:
        """What has the focus when the scene opens."""
        return None

    def places(self, call: Places) -> Places:
        """Where the pictures stand, given where a call puts them; most scenes show none."""
        return call
