"""The one font: it is there, it has Welsh letters and equal figures, and without it nothing starts."""

from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF, QRawFont

from kiosk.errors import Unavailable
from kiosk.ui.design import FAMILY, Look
from kiosk.ui.fonts import FACES, FOLDER, load_fonts


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("letter", "ŵŷŴŶâêîôûÄïé£·…’")
def test_the_font_has_the_letters_of_welsh(qapp: object, face: str, letter: str) -> None:
    assert QRawFont(str(FOLDER / face), 20).supportsCharacter(ord(letter))


@pytest.mark.parametrize("bold", [False, True])
def test_figures_are_equally_wide_so_that_a_countdown_stands_still(qapp: object, bold: bool) -> None:
    load_fonts()
    metrics = QFontMetricsF(Look().font(72, bold=bold))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_the_font_on_screen_is_the_one_asked_for(qapp: object) -> None:
    load_fonts()
    assert QFontInfo(Look().font(18)).family() == FAMILY


def test_a_missing_font_is_an_error_with_a_sentence(qapp: object, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="fonts-sil-andika"):
        load_fonts(tmp_path)
