"""The palettes can be read, and sizes follow the panel."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from kiosk.ui.design import DARK, LIGHT, Look, Palette, Tone, unit
from kiosk.ui.pieces.banner import AMBER, BLACK
from kiosk.ui.scenes.clouds import CLOUDS, dim

TEXT = 4.5  # WCAG 2.2, 1.4.3
CONTROL = 3.0  # WCAG 2.2, 1.4.11

both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    rgb = QColor(colour)
    return 0.2126 * linear(rgb.redF()) + 0.7152 * linear(rgb.greenF()) + 0.0722 * linear(rgb.blueF())


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@both
@pytest.mark.parametrize("tone", Tone)
def test_every_tone_can_be_read_on_the_ground_and_on_cards(palette: Palette, tone: Tone) -> None:
    assert contrast(palette.tone(tone).name(), palette.ground) >= TEXT
    assert contrast(palette.tone(tone).name(), palette.raised) >= TEXT


@both
def test_words_on_keys_can_be_read(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= TEXT
    assert contrast(palette.on_stop_key, palette.stop_key) >= TEXT
    assert contrast(palette.soft, palette.line) >= TEXT  # a key that cannot be pressed yet


@both
def test_keys_stand_out_from_the_ground(palette: Palette) -> None:
    assert contrast(palette.edge, palette.ground) >= CONTROL
    assert contrast(palette.edge, palette.raised) >= CONTROL
    assert contrast(palette.ink, palette.ground) >= CONTROL  # the focus ring


def test_words_on_the_banner_can_be_read() -> None:
    assert contrast(BLACK, AMBER) >= TEXT


def test_words_over_the_blur_of_a_held_call_can_be_read() -> None:
    for colour, *_ in CLOUDS:
        assert contrast(DARK.ink, colour) >= TEXT
        assert contrast(DARK.warning, colour) >= TEXT


@pytest.mark.parametrize("colour", ["#ffffff", "#ffff00", "#00ffff", "#00ff00", "#ff00ff", "#e3b998", "#000000"])
def test_words_over_the_colours_of_any_last_picture_can_be_read(colour: str) -> None:
    for tone in (DARK.ink, DARK.warning, DARK.accent):
        assert contrast(tone, dim(QColor(colour)).name()) >= TEXT


@pytest.mark.parametrize(
    ("width", "height", "u"),
    [(1366, 768, 1.0), (1280, 800, 800 / 768), (1920, 1080, 1080 / 768), (1024, 768, 1024 / 1228)],
)
def test_a_unit_follows_the_height_unless_the_panel_is_narrow(width: int, height: int, u: float) -> None:
    assert unit(QSize(width, height)) == pytest.approx(u)


def test_type_is_sized_in_units() -> None:
    assert Look(u=1.5).font(18).pixelSize() == 27
