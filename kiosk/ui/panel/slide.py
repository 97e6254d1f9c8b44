"""Slides the panel in from the right: a short movement that says where it came from; none where motion is unwanted."""

from typing import Final

from PySide6.QtCore import QEasingCurve, QRect, QVariantAnimation
from PySide6.QtWidgets import QWidget

from kiosk.ui import motion

SLIDE_MS: Final = 160


class Slide:
    """Keeps `widget` at its place, and on its way there after `begin`."""

    def __init__(self, widget: QWidget, slide_ms: int = SLIDE_MS) -> None:
        self._widget = widget
        self._place = QRect()
        self._away = 0.0  # of the widget's width; 0 is at its place
        self.movement = QVariantAnimation(widget)
        self.movement.setStartValue(1.0)
        self.movement.setEndValue(0.0)
        self.movement.setDuration(slide_ms)
        self.movement.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.movement.valueChanged.connect(self._move)

    def begin(self) -> None:
        """Come in from the right, unless the system asks for less motion."""
        if motion.is_wanted(self._widget):
            self.movement.start()

    def end(self) -> None:
        """Be at its place."""
        self.movement.stop()
        self._move(0.0)

    def place(self, rect: QRect) -> None:
        """The place of the widget from now on."""
        self._place = rect
        self._widget.setGeometry(rect.translated(round(self._away * rect.width()), 0))

    def _move(self, away: float) -> None:
        self._away = away
        self.place(self._place)
