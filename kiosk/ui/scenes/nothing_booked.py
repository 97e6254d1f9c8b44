"""Nothing is booked: one sentence, nothing to press."""

from PySide6.QtWidgets import QWidget

from kiosk.scenes import Frame, NothingBooked
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.words import clock, say


class NothingBookedView(MessageView):
    """No call is booked on this laptop today."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown("calendar")

    def draw(self, frame: Frame, scene: NothingBooked) -> None:
        """Show the scene. Whoever has come for a call that cannot be is not told that there was none."""
        if scene.off_at is None:
            self.title.say(say("nothing_booked.title"))
            self.lead.say(say("nothing_booked.body"))
        else:
            self.title.say(say("nothing_booked.off_title", at=clock(scene.off_at, frame.timezone)))
            self.lead.say(say("nothing_booked.off_body"))
