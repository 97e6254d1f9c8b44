"""Photos on file: untrusted bytes become a small picture or nothing. Fetches nothing, and forgets when told."""

import hashlib
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

LONGEST_BYTES: Final = 4 * 1024 * 1024
WIDEST: Final = 4000  # pixels, either way
SIDE: Final = 480  # what is kept of a photo is at most so large
MOST: Final = 16  # photos kept at once; a booking has five people
KINDS: Final = ((b"\xff\xd8\xff", b"jpeg"), (b"\x89PNG\r\n\x1a\n", b"png"))

Known = Callable[[str], QImage | None]


def nobody_known(_sha: str) -> QImage | None:
    """Knows no photo."""
    return None


def decode(untrusted: bytes) -> QImage | None:
    """The picture in `untrusted`, made small, or None for what is not a JPEG or PNG of reasonable size."""
    kind = next((kind for magic, kind in KINDS if untrusted.startswith(magic)), None)
    if kind is None or len(untrusted) > LONGEST_BYTES:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(untrusted))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isEmpty() or max(size.width(), size.height()) > WIDEST:
        return None
    reader.setScaledSize(_within(size))
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)


def _within(size: QSize) -> QSize:
    small = size.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    fitting = small if small.width() < size.width() else size
    return fitting.expandedTo(QSize(1, 1))


class Photos(QObject):
    """The photos of the people on the screen. `wanted` says which one is missing, once; `changed` that one came."""

    wanted = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject, known: Known) -> None:
        super().__init__(parent)
        self._known = known
        self._asked: set[str] = set()
        self._kept: dict[str, QImage] = {}

    def look(self, sha: str | None) -> QImage | None:
        """The photo with this SHA-256, if it is here; None without one."""
        if sha is None:
            return None
        found = self._kept.get(sha) or self._known(sha)
        if found is None and sha not in self._asked:
            self._asked.add(sha)
            self.wanted.emit(sha)
        return found

    def arrived(self, sha: str, untrusted: bytes) -> None:
        """Keep a photo that was asked for, if its bytes are what was asked for and are a picture."""
        if sha not in self._asked or len(self._kept) >= MOST or hashlib.sha256(untrusted).hexdigest() != sha:
            return
        image = decode(untrusted)
        if image is not None:
            self._kept[sha] = image
            self.changed.emit()

    def forget(self) -> None:
        """No face remains; whoever is shown next is asked for again."""
        self._asked.clear()
        self._kept.clear()
