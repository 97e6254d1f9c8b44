"""Holds the view of the scene that is open: the same view while the kind of scene stays, a new one when it changes."""

from collections.abc import Callable
from typing import TypeVar, assert_never

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kiosk.scenes import (
    AnyScene,
    Frame,
    Goodbye,
    Held,
    InCall,
    Interrupted,
    Joining,
    Locked,
    NextCall,
    NothingBooked,
    OfficerAdmits,
    OutOfService,
)
from kiosk.ui.scenes.goodbye import GoodbyeView
from kiosk.ui.scenes.held import HeldView
from kiosk.ui.scenes.in_call import InCallView
from kiosk.ui.scenes.interrupted import InterruptedView
from kiosk.ui.scenes.joining import JoiningView
from kiosk.ui.scenes.locked import LockedView
from kiosk.ui.scenes.next_call import NextCallView
from kiosk.ui.scenes.nothing_booked import NothingBookedView
from kiosk.ui.scenes.officer_admits import OfficerAdmitsView
from kiosk.ui.scenes.out_of_service import OutOfServiceView
from kiosk.ui.scenes.view import SceneView

Look = Callable[[str | None], QImage | None]  # the photo with this hash, if it is here
View = TypeVar("View", bound=SceneView)


class Stage:
    """The open view, a child of `window`; None before the first scene."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.view: SceneView | None = None

    def draw(self, frame: Frame, scene: AnyScene, photo: Look) -> None:
        """Have `scene` drawn, opening another view when it is of another kind."""
        match scene:
            case NothingBooked():
                self._open(NothingBookedView).draw(frame, scene)
            case NextCall():
                self._open(NextCallView).draw(frame, scene)
            case OfficerAdmits():
                self._open(OfficerAdmitsView).draw(scene, photo)
            case Joining():
                self._open(JoiningView).draw(scene)
            case InCall():
                self._open(InCallView).draw(scene)
            case Interrupted():
                self._open(InterruptedView).draw(scene)
            case Held():
                self._open(HeldView).draw(scene)
            case Goodbye():
                self._open(GoodbyeView).draw(scene)
            case Locked():
                self._open(LockedView).draw(scene)
            case OutOfService():
                self._open(OutOfServiceView).draw(scene)
            case _:
                assert_never(scene)

    def _open(self, kind: type[View]) -> View:
        if isinstance(self.view, kind):
            return self.view
        if self.view is not None:
            self.view.hide()
            self.view.deleteLater()
        self.view = view = kind(self._window)
        return view
