"""What came of a deed: first that it is being checked, then the guard's own sentence. Decides nothing."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import AnyDeed
from kiosk.ui.design import TARGET, Tone
from kiosk.ui.panel.offers import in_words
from kiosk.ui.panel.page import Page
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.words import say

SHOWN_MS: Final = 3000
ICON: Final = 64
WAIT_MS: Final = 20_000  # a guard that is alive answers within a second or two


class AnswerPage(Page):
    """Accepted: the sentence for three seconds. Refused: the sentence until somebody tries again or closes."""

    done = Signal()
    again = Signal(object)  # the deed
    can_go_back = False

    def __init__(self, parent: QWidget, deed: AnyDeed) -> None:
        super().__init__(parent, in_words(deed))
        self.deed = deed
        self.waiting = True
        self._icon = Icon(self, "wait", ICON, Tone.SOFT)
        self._words = TextBlock(self, Style(24, centred=True, most_lines=10), say("panel.checking"))
        self._again = KeyButton(self, "try_again", say("panel.try_again"), "reconnect", Manner.PRIMARY)
        self._again.hide()
        self._again.clicked.connect(lambda: self.again.emit(deed))
        self.timer = QTimer(self, interval=WAIT_MS, singleShot=True)
        self.timer.timeout.connect(self._run_out)
        self.timer.start()

    def answer(self, accepted: bool, untrusted_text: str) -> None:
        """Show what came of it."""
        self.waiting = False
        self._icon.turn_into(*(("tick", Tone.ACCENT) if accepted else ("warning", Tone.WARNING)))
        self._words.say(untrusted_text)
        self._again.setVisible(not accepted)
        self.timer.stop()
        if accepted:
            self.timer.start(SHOWN_MS)
        self.arrange()
        self.rearranged.emit()
        if not accepted:
            self._again.setFocus()

    def _run_out(self) -> None:
        if self.waiting:
            self.answer(False, say("panel.no_answer"))
        else:
            self.done.emit()

    def wipe(self) -> None:
        """Nobody waits any more."""
        self.waiting = False
        self.timer.stop()

    def arrange(self) -> None:
        """Icon, sentence, key."""
        px, left, width = self.look.px, self.area.left(), self.area.width()
        self._icon.setGeometry(left, px(32), width, px(ICON))
        tall = self._words.height_for(width)
        top = px(32 + ICON + 20)
        self._words.setGeometry(left, top, width, tall)
        self._again.place(QRect(left, top + tall + px(28), width, px(TARGET)))

    def keys(self) -> Sequence[QAbstractButton]:
        """Try again, once it was refused."""
        return (self._again,)
