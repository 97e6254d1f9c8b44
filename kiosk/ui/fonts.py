"""Loads the one font of every screen, made for people learning to read; a missing font is an error."""

import functools
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFontDatabase

from kiosk.errors import Unavailable
from kiosk.ui.design import FAMILY

FOLDER: Final = Path("/usr/share/fonts/truetype/andika")  # Debian's fonts-sil-andika
FACES: Final = ("Andika-Regular.ttf", "Andika-Bold.ttf")


@functools.cache  # Qt would load the files again, and grow
def load_fonts(folder: Path = FOLDER) -> None:
    """Make the font known to Qt; safe twice. Raises Unavailable when it is not installed."""
    for face in FACES:
        number = QFontDatabase.addApplicationFont(str(folder / face))
        if number < 0 or FAMILY not in QFontDatabase.applicationFontFamilies(number):
            raise Unavailable(f"The font {FAMILY} is missing: install Debian's package fonts-sil-andika.")
