"""Breaks one text into lines of a given width and elides what does not fit. Measures; draws nothing."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption


@dataclass(frozen=True)
class Lines:
    """The lines to draw. `whole` says that nothing had to be left out."""

    texts: tuple[str, ...]
    whole: bool = True


def break_into_lines(text: str, font: QFont, width: int, most: int) -> Lines:
    """At most `most` lines of `text`, each at most `width` pixels wide; the last one ends in "…" if more is left."""
    if not text or width <= 0:
        return Lines(())
    spans = _spans(text, font, width, most)
    utf16 = text.encode("utf-16-le")  # Qt counts in UTF-16 units, Python in characters
    texts = [utf16[2 * start : 2 * end].decode("utf-16-le", "ignore").strip() for start, end in spans]
    whole = spans[-1][1] * 2 >= len(utf16)
    if not whole:
        rest = utf16[2 * spans[-1][0] :].decode("utf-16-le", "ignore")
        texts[-1] = QFontMetricsF(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return Lines(tuple(texts), whole)


def _spans(text: str, font: QFont, width: int, most: int) -> list[tuple[int, int]]:
    """Where each line starts and ends, in UTF-16 units."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    layout.setTextOption(option)
    spans: list[tuple[int, int]] = []
    layout.beginLayout()
    while len(spans) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        spans.append((line.textStart(), line.textStart() + line.textLength()))
    layout.endLayout()
    return spans
