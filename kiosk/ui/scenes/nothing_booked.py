"""Nothing is booked: one sentence, nothing to press."""

from PySide6.QtWidgets import QWidget

from kiosk.scenes import NothingBooked
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.words import say


class NothingBookedView(MessageView):
    """No call is booked on this laptop today."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown("calendar")

    def draw(self, _scene: NothingBooked) -> None:
        """Show the scene."""
        self.title.say(say("nothing_booked.title"))
        self.lead.say(say("nothing_booked.body"))
