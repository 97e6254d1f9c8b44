"""The next call: who, when, how long to wait; and, once the room is open, the officer's key to begin."""

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ipc import Key
from kiosk.scenes import Frame, NextCall
from kiosk.ui.areas import Areas
from kiosk.ui.design import Tone
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.words import clock, from_to, say, until


class NextCallView(MessageView):
    """Who ("Mum and Jac"), when ("2:30pm to 3pm"), and from T-10 min "in 4 minutes"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown("video_call")
        self.countdown = TextBlock(self, Style(72, bold=True, tone=Tone.ACCENT, centred=True))
        self.body = TextBlock(self, Style(24, tone=Tone.SOFT, centred=True, most_lines=2))
        self.add(self.countdown, gap=12)
        self.add(self.body, gap=12)
        self.open_key = KeyButton(self, "open_identity", say("keys.open_identity"), "shield", Manner.QUIET)
        self.open_key.clicked.connect(lambda: self.pressed.emit(Key.OPEN_IDENTITY))
        self.open_key.hide()

    def draw(self, frame: Frame, scene: NextCall) -> None:
        """Show the scene."""
        self.title.say(scene.who)
        self.lead.say(from_to(scene.starts_at, scene.ends_at, frame.timezone))
        self.countdown.say("" if scene.countdown_s is None else until(scene.countdown_s))
        off = scene.off_at
        self.body.say(
            say("next_call.body") if off is None else say("nothing_booked.off", at=clock(off, frame.timezone))
        )
        opens_now = scene.may_open and self.open_key.isHidden()
        self.open_key.setVisible(scene.may_open)
        if opens_now:
            self.open_key.setFocus()

    def arrange(self, areas: Areas) -> None:
        """The column, and the officer's key at the end of the row."""
        super().arrange(areas)
        self.open_key.place_right(areas.row.right() + 1, areas.row_middle)

    def keys(self) -> Sequence[QAbstractButton]:
        """The officer's shield key."""
        return (self.open_key,)

    def first_focus(self) -> QWidget | None:
        """The officer's shield key, when the room is open."""
        return None if self.open_key.isHidden() else self.open_key
