"""Which plugins Qt may still load once the first scene stands: none of a kind that it has not looked for by then."""

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication
from PySide6.QtGui import QImageReader


def find_no_more_plugins() -> None:
    """Note where the readers of pictures are, for the photos on file, and look for no other kind from now on.

    QtMultimedia would load its players and cameras with a second FFmpeg, Qt Quick and QML behind them, as soon as it is
    asked which microphones there are: 11 MB that a call has no use for. What it needs for sound is in the library.
    """
    nothing = QBuffer()
    QImageReader(nothing, QByteArray(b"jpeg")).canRead()  # the first one made looks for their plugins
    QCoreApplication.setLibraryPaths([])
