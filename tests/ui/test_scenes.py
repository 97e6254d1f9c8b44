"""Every scene on every panel: nothing is clipped, nothing overlaps, everything stays on the panel."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.pieces.field import Field
from kiosk.ui.pieces.key import KeyButton
from kiosk.ui.pieces.text import TextBlock
from kiosk.ui.pieces.tick import TickRow
from kiosk.ui.pieces.tile import Tile
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.panels import PAGES, open_page
from tests.ui.samples import SCENES, SIZES

every_scene = pytest.mark.parametrize("name", [*SCENES, *(f"panel: {page}" for page in PAGES)])
every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


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


@every_size
@every_scene
def test_no_text_is_clipped(make_window: MakeWindow, name: str, size: tuple[int, int]) -> None:
    window = make_window(size)
    show(window, name)
    assert shown_texts(window)
    for text in shown_texts(window):
        assert text.lines(text.width()).whole, text.text
        assert text.height() >= text.height_for(text.width()), text.text
        assert window.rect().contains(on_panel(text, window)), text.text


@every_size
@every_scene
def test_texts_and_keys_do_not_overlap(make_window: MakeWindow, name: str, size: tuple[int, int]) -> None:
    window = make_window(size)
    show(window, name)
    for one, other in combinations([*shown_texts(window), *shown_keys(window)], 2):
        assert not on_panel(one, window).intersects(on_panel(other, window)), (name_of(one), name_of(other))


@every_size
@every_scene
def test_pictures_cover_no_text_and_no_key(make_window: MakeWindow, name: str, size: tuple[int, int]) -> None:
    window = make_window(size)
    show(window, name)
    for video in (window.family_view, window.own_view):
        for piece in [*shown_texts(window), *shown_keys(window)] if video.isVisible() else []:
            placeholder = getattr(piece.parent(), "no_picture", None) is piece
            assert placeholder or not video.geometry().intersects(on_panel(piece, window)), name_of(piece)


@every_size
@every_scene
def test_keys_are_large_enough_for_any_hand(make_window: MakeWindow, name: str, size: tuple[int, int]) -> None:
    window = make_window(size)
    show(window, name)
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
