"""A quiet meter of what the laptop's own microphone hears. Draws the steps it is told; never moves by itself."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.hearing import STEPS, Hearing
from kiosk.ui import motion
from kiosk.ui.design import Tone
from kiosk.ui.pieces.icon import draw_icon
from kiosk.ui.pieces.lines import Lines, break_into_lines
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import LEADING
from kiosk.ui.safe import swallows
from kiosk.ui.words import say

WIDE: Final = 160
TALL: Final = 52
TYPE: Final = 16
ICON: Final = 22
EDGE: Final = 8
GAP: Final = 6
LINE: Final = 32  # the words, where bars stand beneath them
BAR_TALL: Final = 10
BAR_GAP: Final = 4
PAUSE_MS: Final = 2000  # a breath between two sentences is not yet silence


class VoiceMeter(Piece):
    """An icon, a word, and a row of bars: full ones for what is heard, hollow ones for the rest.

    Without a microphone that is said, and there are no bars; while none is open there is no meter. Where motion is
    unwanted a sentence takes the place of the bars, which changes with a pause of PAUSE_MS at least. The accessible
    name is always that sentence.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hearing: Hearing | None = None
        self._wanted = self._is_voice = False
        self._silence = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._silence.timeout.connect(self._fell_silent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # a picture beneath it does not have it painted too
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def lit(self) -> int | None:
        """How many bars are full; None where there are no bars."""
        return None if self._hearing is None or not motion.is_wanted(self) else self._hearing.step

    @property
    def words(self) -> str:
        """What is written beside the icon."""
        return self.accessibleName() if self.lit is None else say("voice.word")

    @property
    def _is_missing(self) -> bool:
        return self._hearing is not None and self._hearing.step is None

    def want(self, wanted: bool) -> None:
        """Whether the scene has a place for it."""
        self._wanted = wanted
        self._show()

    def hears(self, hearing: Hearing | None) -> None:
        """What the microphone hears now; None while it is shut."""
        if hearing == self._hearing:
            return
        before, self._hearing = (self.words, self.lit), hearing
        self._listen()
        self._name()
        self._show()
        self._redraw(*before)

    def _listen(self) -> None:
        """A voice counts at once, and a while longer than it lasts."""
        if self._hearing is None or self._is_missing:
            self._silence.stop()
            self._is_voice = False
        elif self._hearing.is_voice:
            self._silence.stop()
            self._is_voice = True
        elif self._is_voice and not self._silence.isActive():
            self._silence.start()

    def _fell_silent(self) -> None:
        before, self._is_voice = (self.words, self.lit), False
        self._name()
        self._redraw(*before)

    def _name(self) -> None:
        words = say("voice.missing" if self._is_missing else "voice.heard" if self._is_voice else "voice.quiet")
        if words != self.accessibleName():
            self.setAccessibleName(words)

    def _redraw(self, words: str, lit: int | None) -> None:
        """Paint again what looks different."""
        if (words, lit is None) != (self.words, self.lit is None):
            self.update()
        elif lit != self.lit:
            self.update(self.bars())

    def _show(self) -> None:
        self.setVisible(self._wanted and self._hearing is not None)

    def bars(self) -> QRect:
        """Where the row of bars stands."""
        px = self.look.px
        return QRect(px(EDGE), px(LINE), self.width() - 2 * px(EDGE), px(BAR_TALL))

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the ground, the icon, the words, and the bars."""
        lit, palette = self.lit, self.look.palette
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(palette.raised))
            icon, tone = ("no_microphone", Tone.WARNING) if self._is_missing else ("microphone", Tone.INK)
            self._paint_words(painter, icon, palette.tone(tone), self.look.px(TALL if lit is None else LINE))
            if lit is not None:
                self._paint_bars(painter, lit)

    def lines(self) -> Lines:
        """The words as they stand beside the icon: on one line over the bars, else on two at most."""
        room = self.width() - self.look.px(2 * EDGE + ICON + GAP)
        return break_into_lines(self.words, self._font(), room, 2 if self.lit is None else 1)

    def _font(self) -> QFont:
        return self.look.font(TYPE)

    def _paint_words(self, painter: QPainter, icon: str, colour: QColor, tall: int) -> None:
        side, left, texts = self.look.px(ICON), self.look.px(EDGE), self.lines().texts
        draw_icon(painter, icon, QRectF(left, (tall - side) / 2, side, side), colour)
        painter.setFont(self._font())
        painter.setPen(colour)
        step = self.look.px(TYPE * LEADING)
        top = (tall - len(texts) * step + step + QFontMetricsF(self._font()).capHeight()) / 2
        for number, text in enumerate(texts):
            painter.drawText(left + side + self.look.px(GAP), round(top + number * step), text)

    def _paint_bars(self, painter: QPainter, lit: int) -> None:
        """Full and hollow: it does not take colour to tell them apart."""
        row, gap = self.bars(), self.look.px(BAR_GAP)
        painter.setPen(QColor(self.look.palette.edge))
        for number in range(STEPS):
            left, end = (number * (row.width() + gap) // STEPS for number in (number, number + 1))
            bar = QRect(row.left() + left, row.top(), end - gap - left, row.height())
            if number < lit:
                painter.fillRect(bar, self.look.palette.tone(Tone.ACCENT))
            else:
                painter.drawRect(bar.adjusted(0, 0, -1, -1))
