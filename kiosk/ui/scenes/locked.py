"""Locked: an officer has locked the laptop, and an officer unlocks it, from the panel."""

from PySide6.QtWidgets import QWidget

from kiosk.scenes import Locked
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.words import say


class LockedView(MessageView):
    """ "This laptop is locked by an officer." """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown("lock")

    def draw(self, _scene: Locked) -> None:
        """Show the scene."""
        self.title.say(say("locked.title"))
        self.lead.say(say("locked.body"))
