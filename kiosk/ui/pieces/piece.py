"""What every piece of a scene is: a widget that draws itself in the look it wears. Knows no scene."""

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from kiosk.ui.design import Look


@runtime_checkable
class Wearer(Protocol):
    """Anything that can be given a look."""

    def wear(self, look: Look) -> None:
        """Draw in `look` from now on."""


def dress(parent: QObject, look: Look) -> None:
    """Give `look` to every piece directly inside `parent`."""
    for child in parent.children():
        if isinstance(child, Wearer):
            child.wear(look)


class Piece(QWidget):
    """A widget that wears a look and passes it on to the pieces inside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = Look()

    def wear(self, look: Look) -> None:
        """Draw in `look` from now on."""
        if look != self.look:
            self.look = look
            dress(self, look)
            self.update()

    def height_for(self, _width: int) -> int:
        """How high this piece wants to be when it is so many pixels wide."""
        return self.height()


class Room(Piece):
    """Nothing to see: keeps a place `tall` design units high for what is drawn in front of it."""

    def __init__(self, parent: QWidget, tall: float) -> None:
        super().__init__(parent)
        self._tall = tall

    def height_for(self, _width: int) -> int:
        """As high as what it keeps a place for."""
        return self.look.px(self._tall)
