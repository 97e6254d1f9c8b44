"""Every scene on every panel: nothing is clipped, nothing overlaps, everything stays on the panel."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from kiosk.ui.pieces.field import Field
from kiosk.ui.pieces.key import KeyButton
from kiosk.ui.pieces.text import TextBlock
from kiosk.ui.pieces.tick import TickRow
from kiosk.ui.pieces.tile import Tile
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import shown_window
from tests.ui.panels import PAGES, open_page
from tests.ui.samples import SCENES, SIZES

NAMES = [*SCENES, *(f"panel: {page}" for page in PAGES)]
SHOWN = [pytest.param((name, size), id=f"{name}-{size[0]}x{size[1]}") for size in SIZES for name in NAMES]


@pytest.fixture(scope="module", params=SHOWN)
def window(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[KioskWindow]:
    """A scene on a panel: drawn once, and looked at by every test before the next is drawn."""
    name, size = request.param
    with shown_window(size) as window:
        show(window, name)
        yield window


def show(window: KioskWindow, name: str) -> None:
    """Show a scene, or a page of the panel over one."""
    if name in SCENES:
        window.show_scene(*SCENES[name])
    else:
        open_page(window, name.removeprefix("panel: "))


def shown_texts(window: KioskWindow) -> list[TextBlock]:
    return [text for text in window.findChildren(TextBlock) if text.isVisible() and text.text]


def shown_keys(window: KioskWindow) -> list[KeyButton | TickRow | Field]:
    keys = window.findChildren(QAbstractButton)
    return [key for key in keys if isinstance(key, KeyButton | TickRow | Field) and key.isVisible()]


def on_panel(widget: QWidget, window: KioskWindow) -> QRect:
    rect = widget.body().toRect() if isinstance(widget, KeyButton | TickRow | Field) else widget.rect()
    return QRect(widget.mapTo(window, QPoint(0, 0)) + rect.topLeft(), rect.size())


def test_no_text_is_clipped(window: KioskWindow) -> None:
    assert shown_texts(window)
    for text in shown_texts(window):
        assert text.lines(text.width()).whole, text.text
        assert text.height() >= text.height_for(text.width()), text.text
        assert window.rect().contains(on_panel(text, window)), text.text


def test_texts_and_keys_do_not_overlap(window: KioskWindow) -> None:
    for one, other in combinations([*shown_texts(window), *shown_keys(window)], 2):
        assert not on_panel(one, window).intersects(on_panel(other, window)), (name_of(one), name_of(other))


def test_pictures_cover_no_text_and_no_key(window: KioskWindow) -> None:
    for video in (window.family_view, window.own_view):
        for piece in [*shown_texts(window), *shown_keys(window)] if video.isVisible() else []:
            placeholder = getattr(piece.parent(), "no_picture", None) is piece
            assert placeholder or not video.geometry().intersects(on_panel(piece, window)), name_of(piece)


def test_keys_are_large_enough_for_any_hand(window: KioskWindow) -> None:
    for key in shown_keys(window):
        body = on_panel(key, window)
        assert min(body.width(), body.height()) >= round(64 * key.look.u) - 1, name_of(key)
        assert window.rect().contains(body), name_of(key)
        if isinstance(key, KeyButton):
            assert key.body().width() >= key.width_wanted() - 1, name_of(key)
        if isinstance(key, Tile):
            assert key.lines().whole, key.text()


def name_of(widget: QWidget) -> str:
    return widget.objectName() or widget.accessibleName()
