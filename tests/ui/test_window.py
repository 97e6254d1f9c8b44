"""The window: it cannot be closed, says once when it is painted, and tells media which sizes to make."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from kiosk.latest import Latest, Picture
from kiosk.scenes import Held, InCall, NextCall, OfficerAdmits
from kiosk.ui.pieces.banner import AMBER, BLACK, DemoBanner
from kiosk.ui.pieces.text import TextBlock
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.samples import ADMITS, DEMO, ENDS, IN_CALL, LIVE, NOW, SCENES, SIZES, STARTS

ENDLESS = "M\u202eu\u0301m " * 2500  # 10,000 characters


def texts(window: KioskWindow) -> list[TextBlock]:
    return [text for text in window.findChildren(TextBlock) if text.isVisible() and text.text]


def test_closing_is_ignored(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(*SCENES["in_call"])
    assert not window.close()
    assert window.isVisible()


def test_there_is_no_menu_and_no_second_window(make_window: MakeWindow) -> None:
    window = make_window()
    for frame, scene in SCENES.values():
        window.show_scene(frame, scene)
        assert not window.findChildren(QMenu)
        assert not [child for child in window.findChildren(QWidget) if child.isWindow()]
    assert window.contextMenuPolicy() is Qt.ContextMenuPolicy.PreventContextMenu


def test_it_says_once_that_the_first_scene_is_painted(qtbot: QtBot) -> None:
    window = KioskWindow(Latest(), Latest(), now=lambda: NOW)
    qtbot.addWidget(window, before_close_func=lambda closing: closing.deleteLater())
    painted: list[bool] = []
    window.first_painted.connect(lambda: painted.append(True))
    window.show_scene(*SCENES["nothing_booked"])
    with qtbot.waitSignal(window.first_painted):
        window.show()
    window.show_scene(*SCENES["next_call"])
    window.repaint()
    assert painted == [True]


def test_sizes_are_told_when_they_change_and_only_then(make_window: MakeWindow) -> None:
    window = make_window()
    told: list[tuple[int, int, int, int]] = []
    window.picture_sizes.connect(lambda *sizes: told.append(sizes))
    window.show_scene(*SCENES["next_call"])
    window.show_scene(LIVE, IN_CALL)
    window.show_scene(LIVE, IN_CALL.model_copy(update={"left_s": 1}))
    assert len(told) == 1
    family, own = window.family_view, window.own_view
    assert told[0] == (family.width(), family.height(), own.width(), own.height())
    window.show_scene(LIVE, ADMITS)
    assert told[1][:2] == (family.width(), family.height())
    assert told[1][:2] < told[0][:2]


def test_the_familys_picture_is_as_wide_as_the_panel_and_right_under_the_camera(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, IN_CALL)
    place = window.family_view.geometry()
    assert (place.left(), place.width()) == (0, 1366)
    assert place.top() <= 28
    assert place.height() >= 768 * 0.8


def test_their_own_picture_stays_out_of_the_middle(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, IN_CALL)
    assert window.own_view.geometry().left() > 1366 * 0.85
    assert window.own_view.geometry().bottom() < 768 * 0.2


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("panel", [False, True], ids=["closed", "panel"])
def test_nothing_hides_the_banner_of_a_demo(make_window: MakeWindow, size: tuple[int, int], panel: bool) -> None:
    window = make_window(size)
    whole: QImage | None = None
    for _, scene in SCENES.values():
        window.show_scene(DEMO, scene)
        if panel and not window.officer_panel.is_open:
            window.officer_panel.open()
        banner = window.findChild(DemoBanner)
        assert banner is not None
        assert banner.isVisible()
        assert banner.width() == window.width()
        words = window.grab(QRect(window.width() // 2 - 120, 0, 240, banner.height())).toImage()
        whole = whole or words
        assert words == whole
        strip = window.grab(banner.geometry()).toImage()
        colours = {strip.pixelColor(x, strip.height() - 2).name().upper() for x in range(strip.width())}
        assert {AMBER.upper(), BLACK.upper()} <= colours


def test_a_laptop_that_is_locked_down_has_no_banner(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, IN_CALL)
    banner = window.findChild(DemoBanner)
    assert banner is not None
    assert not banner.isVisible()
    assert "Secure" in [text.text for text in texts(window)]


def test_a_laptop_that_does_not_know_yet_says_neither(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE.model_copy(update={"demo": None}), IN_CALL)
    banner = window.findChild(DemoBanner)
    assert banner is not None
    assert not banner.isVisible()
    assert not {"Secure", "Not locked down"} & {text.text for text in texts(window)}


def test_a_test_picture_is_said_to_be_one(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(DEMO.model_copy(update={"synthetic_camera": True}), IN_CALL)
    assert "Test picture: no camera" in [text.text for text in texts(window)]


def test_recording_and_watching_are_said_only_where_they_are_so(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, IN_CALL)
    assert not [text.text for text in texts(window) if "record" in text.text or "watch" in text.text]
    window.show_scene(LIVE, IN_CALL.model_copy(update={"watched": True}))
    assert "Staff may watch" in [text.text for text in texts(window)]


def test_endless_names_stay_in_their_place(make_window: MakeWindow) -> None:
    window = make_window()
    frame = LIVE.model_copy(update={"establishment": ENDLESS, "laptop": ENDLESS, "can_end": True, "can_hold": True})
    person = ADMITS.people[0].model_copy(update={"name": ENDLESS, "relation": ENDLESS})
    scenes: tuple[NextCall | OfficerAdmits | InCall | Held, ...] = (
        NextCall(who=ENDLESS, starts_at=STARTS, ends_at=ENDS, countdown_s=1, may_open=True),
        OfficerAdmits(
            prisoner_name=ENDLESS, prisoner_number=ENDLESS, people=(person,) * 5, note=ENDLESS, why_not=ENDLESS
        ),
        InCall(who=ENDLESS, left_s=1, whole_s=2),
        Held(who=ENDLESS),
    )
    for scene in scenes:
        window.show_scene(frame, scene)
        for text in texts(window):
            assert "\u202e" not in text.text
            parent = text.parentWidget()
            assert parent is not None
            assert parent.rect().contains(text.geometry()), text.text[:40]
            assert text.height() >= text.height_for(text.width()), text.text[:40]


def test_a_window_that_changes_its_size_changes_everything_with_it(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, IN_CALL)
    window.resize(1920, 1080)
    assert window.family_view.width() == 1920


def test_no_face_remains_after_the_call(make_window: MakeWindow) -> None:
    family: Latest[Picture] = Latest()
    window = make_window(family=family)
    window.show_scene(LIVE, IN_CALL)
    assert window.family_view.isVisible()
    for name in ("held", "interrupted", "goodbye", "next_call"):
        window.show_scene(*SCENES[name])
        assert not window.family_view.isVisible()
        assert not window.own_view.isVisible()


def test_the_clock_moves_with_its_minute_and_between_nothing_is_placed_anew(qtbot: QtBot) -> None:
    moments = [NOW, NOW + timedelta(seconds=1), NOW + timedelta(minutes=1)]
    window = KioskWindow(Latest(), Latest(), now=lambda: moments[0])
    qtbot.addWidget(window, before_close_func=lambda closing: closing.deleteLater())
    window.show_scene(*SCENES["next_call"])
    placed: list[None] = []
    told = {text.text for text in window.findChildren(TextBlock)}
    with patch.object(window, "_arrange", lambda: placed.append(None)):
        moments.pop(0)
        window._clock.timeout.emit()
        assert (placed, {text.text for text in window.findChildren(TextBlock)}) == ([], told)
        moments.pop(0)
        window._clock.timeout.emit()
    assert len(placed) == 1
    assert {text.text for text in window.findChildren(TextBlock)} != told
