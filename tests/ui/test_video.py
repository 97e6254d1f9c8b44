"""Pictures are painted as they are, the newest one wins, and none outlives its scene."""

import threading

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.latest import Latest, Picture
from kiosk.scenes import Joining, WaitingFor
from kiosk.ui.design import DARK
from kiosk.ui.video import VideoView
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.samples import ADMITS, IN_CALL, LIVE, SCENES, picture_of, plain_picture

Box = Latest[Picture]


@pytest.fixture
def box() -> Box:
    return Latest()


@pytest.fixture
def window(make_window: MakeWindow, box: Box) -> KioskWindow:
    window = make_window(family=box)
    window.show_scene(LIVE, IN_CALL)
    QApplication.processEvents()
    return window


def seen(view: VideoView, x: float, y: float) -> str:
    """The colour seen at a place of the view, given as fractions."""
    image = view.grab().toImage()
    return image.pixelColor(int(x * (image.width() - 1)), int(y * (image.height() - 1))).name()


def filling(view: VideoView, colour: str, number: int = 1) -> Picture:
    return plain_picture(colour, view.width(), view.height(), number)


@pytest.mark.parametrize("colour", ["#ff0000", "#00ff00", "#0000ff", "#c0ffee"])
def test_a_colour_is_painted_as_it_came(window: KioskWindow, box: Box, colour: str) -> None:
    box.put(filling(window.family_view, colour))
    assert seen(window.family_view, 0.5, 0.5) == colour
    assert seen(window.family_view, 0, 0) == colour
    assert seen(window.family_view, 1, 1) == colour


def test_a_picture_from_another_thread_is_painted_by_itself(qtbot: QtBot, window: KioskWindow, box: Box) -> None:
    picture = filling(window.family_view, "#123456", number=7)
    thread = threading.Thread(target=box.put, args=(picture,))
    with qtbot.waitSignal(window.family_view.picture_painted) as painted:
        thread.start()
    thread.join()
    assert painted.args == [7]
    assert window.family_view.painted == 1
    assert window.family_view.last_size == (picture.frame_width, picture.frame_height)
    assert window.family_view.first_painted_at is not None


def test_the_newest_picture_wins_and_the_others_were_never_painted(qtbot: QtBot, window: KioskWindow, box: Box) -> None:
    with qtbot.waitSignal(window.family_view.picture_painted) as painted:
        for number, colour in enumerate(("#ff0000", "#00ff00", "#0000ff"), start=1):
            box.put(filling(window.family_view, colour, number))
    assert painted.args == [3]
    assert window.family_view.painted == 1
    assert seen(window.family_view, 0.5, 0.5) == "#0000ff"


def test_painting_again_counts_no_picture_twice(window: KioskWindow, box: Box) -> None:
    box.put(filling(window.family_view, "#ff0000"))
    for _ in range(3):
        window.family_view.repaint()
    assert window.family_view.painted == 1


def test_counting_starts_again(window: KioskWindow, box: Box) -> None:
    box.put(filling(window.family_view, "#ff0000"))
    window.family_view.repaint()
    window.family_view.reset()
    assert (window.family_view.painted, window.family_view.last_size) == (0, None)
    assert window.family_view.first_painted_at is None


def test_the_pixels_are_not_copied(window: KioskWindow) -> None:
    picture = plain_picture("#ff0000", 64, 36)
    assert isinstance(picture.data, bytearray)
    image = window.family_view.wrap(picture)
    picture.data[0:4] = bytes((255, 0, 0, 255))  # blue first
    assert image.pixelColor(0, 0).name() == "#0000ff"
    assert image.pixelColor(1, 0).name() == "#ff0000"


def test_rows_with_padding_are_read_by_their_stride(window: KioskWindow, box: Box) -> None:
    row = bytes((0, 0, 255, 255)) * 40 + bytes((0, 255, 0, 255)) * 8
    picture = Picture(row * 20, width=40, height=20, stride=48 * 4, number=1, frame_width=40, frame_height=20)
    box.put(picture)
    assert seen(window.family_view, 0.5, 0.9) == "#ff0000"


def test_a_narrow_picture_has_the_ground_at_its_sides_and_none_above(window: KioskWindow, box: Box) -> None:
    view = window.family_view
    box.put(plain_picture("#ff0000", 320, view.height()))
    assert seen(view, 0, 0.5) == DARK.ground.lower()
    assert seen(view, 1, 0.5) == DARK.ground.lower()
    assert seen(view, 0.5, 0) == "#ff0000"
    assert seen(view, 0.5, 1) == "#ff0000"


def test_a_wide_picture_stands_directly_under_the_camera(window: KioskWindow, box: Box) -> None:
    view = window.family_view
    box.put(plain_picture("#ff0000", view.width(), view.height() // 2))
    assert seen(view, 0.5, 0) == "#ff0000"
    assert seen(view, 0.5, 0.9) == DARK.ground.lower()


def test_a_picture_of_another_size_is_scaled_to_fit(window: KioskWindow, box: Box) -> None:
    box.put(plain_picture("#ff0000", window.family_view.width() * 2, window.family_view.height() * 2))
    assert seen(window.family_view, 0.02, 0.02) == "#ff0000"
    assert seen(window.family_view, 0.98, 0.98) == "#ff0000"


def test_their_own_picture_is_not_turned_again_because_media_mirrors_it(make_window: MakeWindow) -> None:
    own: Box = Latest()
    window = make_window(own=own)
    window.show_scene(LIVE, IN_CALL)
    image = QImage(window.own_view.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    image.setPixelColor(0, 0, QColor("#00ff00"))
    own.put(picture_of(image))
    assert seen(window.own_view, 1, 0) == "#ff0000"
    assert seen(window.own_view, 0, 0) == "#00ff00"


def test_their_own_picture_stands_right_beside_a_narrow_one(qtbot: QtBot, window: KioskWindow, box: Box) -> None:
    view = window.family_view
    with qtbot.waitSignal(view.reshaped):
        box.put(plain_picture("#ff0000", view.height() * 9 // 16, view.height()))
    qtbot.waitUntil(lambda: window.own_view.x() < 1000)
    gap = window.own_view.x() - (view.x() + view.picture_rect().right())
    assert 0 < gap < 20
    assert window.own_view.y() == view.y()


def test_no_last_picture_is_seen_when_the_call_comes_back(window: KioskWindow, box: Box) -> None:
    box.put(filling(window.family_view, "#ff0000"))
    window.family_view.repaint()
    window.show_scene(*SCENES["held"])
    box.put(filling(window.family_view, "#ff0000", number=2))
    QCoreApplication.processEvents()
    window.show_scene(LIVE, IN_CALL)
    assert seen(window.family_view, 0.5, 0.5) == DARK.ground.lower()


def test_what_arrives_while_nobody_may_see_it_is_let_go(window: KioskWindow, box: Box) -> None:
    window.show_scene(*SCENES["held"])
    box.put(filling(window.family_view, "#ff0000"))
    QCoreApplication.processEvents()
    assert box.take() is None


def test_the_first_picture_that_came_while_joining_is_seen_at_once(make_window: MakeWindow, box: Box) -> None:
    window = make_window(family=box)
    window.show_scene(LIVE, Joining(who="Mum", waited_s=0, waiting_for=WaitingFor.PICTURE))
    box.put(filling(window.family_view, "#00ff00"))
    QCoreApplication.processEvents()
    window.show_scene(LIVE, IN_CALL)
    assert seen(window.family_view, 0.5, 0.5) == "#00ff00"


def test_the_preview_is_not_taken_into_the_call(make_window: MakeWindow, box: Box) -> None:
    window = make_window(family=box)
    window.show_scene(LIVE, ADMITS)
    box.put(filling(window.family_view, "#00ff00"))
    window.family_view.repaint()
    assert seen(window.family_view, 0.5, 0.5) == "#00ff00"
    window.show_scene(LIVE, Joining(who="Mum", waited_s=0, waiting_for=WaitingFor.PICTURE))
    window.show_scene(LIVE, IN_CALL)
    assert seen(window.family_view, 0.5, 0.5) == DARK.ground.lower()


def test_without_a_preview_the_place_says_what_is_missing(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(*SCENES["officer_admits_absent"])
    assert not window.family_view.isVisible()


def test_a_decoder_that_outlives_the_view_does_no_harm(qapp: object, box: Box) -> None:
    parent = QWidget()
    VideoView(box, parent)
    shiboken6.delete(parent)
    box.put(plain_picture("#ff0000", 8, 8))
