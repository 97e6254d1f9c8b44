"""A scene that says one thing: an icon or a ring, a title, a few lines, in one calm column."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.ui.areas import Areas
from kiosk.ui.design import Tone
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.ring import Ring
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.scenes.view import SceneView

WIDEST: Final = 880
ICON: Final = 88
RISE: Final = 0.46  # the eye's middle of a screen lies a little above the measured one


class MessageView(SceneView):
    """The column: what a scene crowns it with, `title`, `lead`, then whatever it adds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column: list[tuple[Piece, float]] = []
        self.title = TextBlock(self, Style(40, bold=True, centred=True, most_lines=2))
        self.lead = TextBlock(self, Style(24, centred=True, most_lines=3))
        self.add(self.title, gap=28)
        self.add(self.lead, gap=12)

    def crown(self, name: str, tone: Tone = Tone.ACCENT) -> Icon:
        """Put a large icon on top of the column."""
        icon = Icon(self, name, ICON, tone)
        self._column.insert(0, (icon, 0))
        return icon

    def crown_with_ring(self) -> None:
        """Put a ring that waits on top of the column."""
        self._column.insert(0, (Ring(self), 0))

    def add(self, piece: Piece, *, gap: float) -> None:
        """Put `piece` under the others, `gap` design units away."""
        self._column.append((piece, gap))

    def arrange(self, areas: Areas) -> None:
        """Stack what has something to say, in the middle of the body."""
        width = min(self.look.px(WIDEST), areas.body.width() - self.look.px(64))
        rows = [(piece, piece.height_for(width), self.look.px(gap)) for piece, gap in self._column]
        stack(rows, QRect(areas.body.center().x() - width // 2, areas.body.top(), width, areas.body.height()))


def stack(rows: Sequence[tuple[Piece, int, int]], area: QRect) -> None:
    """Place `rows` of (piece, height, gap above) one under another, a little above the middle of `area`."""
    height = sum(tall + gap for _, tall, gap in rows if tall)
    top = area.top() + max(0, round((area.height() - height) * RISE))
    for piece, tall, gap in rows:
        top += gap if tall else 0
        piece.setGeometry(area.left(), top, area.width(), tall)
        top += tall
