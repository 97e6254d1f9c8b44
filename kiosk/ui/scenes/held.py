"""Held: an officer paused the call. A still blur of colour stands where the family was, never their face."""

from collections.abc import Sequence

from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from contract.words import HoldReason
from kiosk.deeds import DeedKind
from kiosk.scenes import Held
from kiosk.ui.areas import Areas
from kiosk.ui.design import Tone
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.safe import swallows
from kiosk.ui.scenes.clouds import CLOUDS, Cloud, clouds_of, paint_clouds
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.scenes.reason_ask import ReasonAsk
from kiosk.ui.words import left, say


class HeldView(MessageView):
    """ "An officer has paused the call. Your time is stopped." """

    dark = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._clouds: tuple[Cloud, ...] = CLOUDS
        self.crown("pause", Tone.WARNING)
        self.time_left = TextBlock(self, Style(24, bold=True, tone=Tone.ACCENT, centred=True))
        self.reason = TextBlock(self, Style(20, centred=True, most_lines=2))
        self.add(self.time_left, gap=16)
        self.add(self.reason, gap=16)
        self.ask = ReasonAsk(self, say("held.ask_reason"), DeedKind.GIVE_HOLD_REASON, may_skip=False)
        self.ask.reason_wanted.connect(self.reason_wanted)

    def inherit(self, colours: QImage | None) -> None:
        """Keep the colours of the last picture, made dark."""
        self._clouds = CLOUDS if colours is None else clouds_of(colours)

    def draw(self, scene: Held) -> None:
        """Show the scene."""
        by_rule = scene.reason in (HoldReason.PARTICIPANT_REVOKED, HoldReason.PRESENCE_LAPSED)
        self.title.say(say("held.title_by_rule" if by_rule else "held.title"))
        self.lead.say(say("held.body"))
        self.time_left.say(left(scene.left_s) if scene.left_s > 0 else "")
        self.reason.say(say(f"held.reason.{scene.reason.value}"))
        self.ask.setVisible(scene.reason is HoldReason.OFFICER)

    def arrange(self, areas: Areas) -> None:
        """The column, and the question for the officer in the row."""
        super().arrange(areas)
        self.ask.place(areas.row)

    def keys(self) -> Sequence[QAbstractButton]:
        """The officer's "Give reason"."""
        return self.ask.keys()

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the blur."""
        with QPainter(self) as painter:
            paint_clouds(painter, self.rect(), self._clouds)
