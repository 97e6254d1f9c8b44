"""What stands around every scene: banner, place and time, state of the lockdown, the officer's keys."""

from datetime import datetime

from PySide6.QtWidgets import QWidget

from kiosk.scenes import Frame
from kiosk.ui.areas import Areas
from kiosk.ui.design import Look, Tone
from kiosk.ui.officer_keys import OfficerKeys
from kiosk.ui.pieces.banner import HEIGHT as BANNER
from kiosk.ui.pieces.banner import DemoBanner
from kiosk.ui.pieces.corner import Corner
from kiosk.ui.pieces.note import Note
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.words import MINUTE_S, clock, count, say


class Surround:
    """The frame's pieces, direct children of the window so that the scene beneath stays within reach."""

    def __init__(self, window: QWidget) -> None:
        self.banner = DemoBanner(window)
        self.place_label = Corner(window)
        self.time_label = Corner(window)
        self.lockdown, self.network, self.synthetic = Note(window), Note(window), Note(window)
        self.presence, self.wanted = Note(window), Note(window)
        self.officer = OfficerKeys(window)

    def pieces(self) -> tuple[Piece, ...]:
        """Everything, from back to front."""
        return (
            self.banner,
            self.place_label,
            self.time_label,
            self.lockdown,
            self.presence,
            self.network,
            self.wanted,
            self.synthetic,
            self.officer,
        )

    def draw(self, frame: Frame, now: datetime) -> None:
        """Show what `frame` says."""
        place = " · ".join(part for part in (frame.establishment, frame.laptop) if part)
        self.place_label.words.say(place)
        self.tell_time(frame, now)
        if frame.demo is None:
            self.lockdown.say("lock", "", Tone.SOFT)
        elif frame.demo:
            self.lockdown.say("lock_open", say("frame.not_secure"), Tone.WARNING)
        elif frame.released:
            self.lockdown.say("lock_open", say("frame.released"), Tone.WARNING)
        elif frame.lost is not None:
            self.lockdown.say("warning", say(f"measure.short.{frame.lost.value}"), Tone.WARNING)
        elif frame.warns is not None:
            self.lockdown.say("warning", say(f"measure.warning.{frame.warns.value}"), Tone.WARNING)
        else:
            self.lockdown.say("lock", say("frame.secure"), Tone.SOFT)
        self.network.say("no_network", "" if frame.online else say("frame.offline"), Tone.WARNING)
        self.wanted.say("shield", say("frame.officer_wanted") if frame.officer_wanted else "", Tone.SOFT)
        due = frame.presence_due_s
        self.synthetic.say("no_camera", _synthetic(frame) if due is None else "", Tone.WARNING)
        soon = due is not None and due < MINUTE_S
        self.presence.say("eye", _presence(due), Tone.WARNING if soon else Tone.SOFT)
        self.officer.draw(frame)
        self.banner.setVisible(bool(frame.demo))

    def tell_time(self, frame: Frame, now: datetime) -> bool:
        """Show what time it is; whether that is another than before."""
        before, text = self.time_label.words.text, clock(now, frame.timezone)
        self.time_label.words.say(text)
        return text != before

    def wear(self, look: Look) -> None:
        """Draw in `look` from now on."""
        for piece in self.pieces():
            piece.wear(look)

    def place(self, areas: Areas, *, slim: bool) -> None:
        """Stand around the scene."""
        self.banner.setGeometry(0, 0, areas.panel.width(), self.banner.look.px(BANNER))
        self.place_label.place(areas.top, slim=slim, at_right=False)
        self.time_label.place(areas.top, slim=slim, at_right=True)
        left = areas.status.left()
        for note in (self.lockdown, self.presence, self.network, self.wanted, self.synthetic):
            left = note.place(left, areas.status)
        self.officer.place(areas)


def _presence(due_s: int | None) -> str:
    """The quiet line for the officer who should be near."""
    if due_s is None:
        return ""
    return say("frame.presence_now") if due_s < MINUTE_S else count("frame.presence", due_s // MINUTE_S)


def _synthetic(frame: Frame) -> str:
    """What of the call is not real, in words."""
    if frame.synthetic_camera and frame.synthetic_sound:
        return say("frame.test_both")
    if frame.synthetic_camera:
        return say("frame.test_picture")
    return say("frame.test_sound") if frame.synthetic_sound else ""
