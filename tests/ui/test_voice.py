"""The meter of the prisoner's own voice: plain, quiet, cheap to paint, over nobody, and never a lie."""

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QWidget
from pytestqt.qtbot import QtBot

from kiosk.hearing import STEPS, Hearing
from kiosk.latest import Latest, Picture
from kiosk.ui.design import DARK, Look, Palette
from kiosk.ui.pieces.voice import TALL, WIDE, VoiceMeter
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.samples import DEMO_CALL, IN_CALL, LIVE_CALL, SCENES, SIZES, drawn_person, plain_picture
from tests.ui.test_scenes import on_panel, shown_keys, shown_texts

SPEAKS, SILENT, MISSING = Hearing(5), Hearing(0), Hearing(None)
STARK = Palette(**dict.fromkeys(Palette.__dataclass_fields__, "#ffffff") | {"ground": "#000000", "raised": "#000000"})
WITH_A_METER = [name for name in SCENES if name.startswith(("in_call", "joining"))]
every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        QApplication.processEvents()
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        self.count += event.type() is QEvent.Type.Paint
        return False


class Still(QProxyStyle):
    """A system that asks for less motion."""

    def styleHint(self, hint, option=None, widget=None, returnData=None):  # type: ignore[no-untyped-def]  # noqa: N802, N803 (Qt's names)
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, returnData)


@pytest.fixture
def family() -> Latest[Picture]:
    return Latest()


@pytest.fixture
def window(make_window: MakeWindow, family: Latest[Picture]) -> KioskWindow:
    window = make_window(family=family)
    window.show_scene(LIVE_CALL, IN_CALL)
    return window


@pytest.fixture
def still(window: KioskWindow) -> Iterator[VoiceMeter]:
    """The meter where motion is unwanted."""
    style = Still()
    window.voice.setStyle(style)
    yield window.voice
    window.voice.setStyle(QApplication.style())


def bars(meter: VoiceMeter) -> list[str]:
    """The colour in the middle of each bar."""
    image, row = meter.grab().toImage(), meter.bars()
    return [
        image.pixelColor(row.left() + row.width() * (2 * n + 1) // (2 * STEPS), row.center().y()).name()
        for n in range(STEPS)
    ]


def silence_lasts(meter: VoiceMeter) -> None:
    """The pause after which somebody counts as silent."""
    timer = meter.findChild(QTimer)
    assert timer is not None
    assert timer.isActive()
    timer.stop()
    timer.timeout.emit()


# ---- what it shows ----


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_as_many_bars_are_full_as_steps_are_heard_and_the_rest_are_hollow(window: KioskWindow, step: int) -> None:
    window.hears(Hearing(step))
    full, hollow = DARK.accent.lower(), DARK.raised.lower()
    assert bars(window.voice) == [full] * step + [hollow] * (STEPS - step)
    assert window.voice.words == "Your voice"


def test_a_call_without_a_microphone_says_so_and_has_no_bars(window: KioskWindow) -> None:
    window.hears(SPEAKS)
    window.hears(MISSING)
    assert window.voice.isVisible()
    assert (window.voice.words, window.voice.lit) == ("No microphone", None)
    assert DARK.accent.lower() not in bars(window.voice)


def test_while_no_microphone_is_open_there_is_no_meter(window: KioskWindow) -> None:
    assert not window.voice.isVisible()
    window.hears(SPEAKS)
    assert window.voice.isVisible()
    window.hears(None)
    assert not window.voice.isVisible()


def test_no_other_scene_has_a_meter(window: KioskWindow) -> None:
    window.hears(SPEAKS)
    for name in SCENES:
        window.show_scene(*SCENES[name])
        assert window.voice.isVisible() is (name in WITH_A_METER), name


@pytest.mark.parametrize("stark", [True, False])
def test_full_and_hollow_differ_also_without_colour_and_in_large(window: KioskWindow, stark: bool) -> None:
    meter = VoiceMeter(window)
    meter.wear(Look(STARK if stark else DARK, 2.0))
    meter.resize(2 * WIDE, 2 * TALL)
    meter.hears(Hearing(3))
    grey = [QColor(colour).lightness() for colour in bars(meter)]
    assert min(grey[:3]) > max(grey[3:]) + 60
    assert meter.lines().whole


# ---- for those who do not see it ----


def test_its_name_says_that_a_voice_is_heard_and_stays_between_two_words(window: KioskWindow) -> None:
    names = []
    for step in (0, 5, 0, 4, 1, 0, 7, 0):
        window.hears(Hearing(step))
        names.append(window.voice.accessibleName())
    assert names == ["Microphone on"] + ["Microphone hears you"] * 7
    silence_lasts(window.voice)
    assert window.voice.accessibleName() == "Microphone on"


def test_a_voice_that_goes_on_is_no_silence(window: KioskWindow) -> None:
    window.hears(SPEAKS)
    window.hears(SILENT)
    window.hears(SPEAKS)
    timer = window.voice.findChild(QTimer)
    assert timer is not None
    assert not timer.isActive()


@pytest.mark.parametrize("then", [MISSING, None])
def test_a_voice_heard_before_is_not_said_of_another_microphone(window: KioskWindow, then: Hearing | None) -> None:
    for hearing in (SPEAKS, then, SILENT):
        window.hears(hearing)
    assert window.voice.accessibleName() == "Microphone on"


def test_where_motion_is_unwanted_a_sentence_takes_the_place_of_the_bars(still: VoiceMeter) -> None:
    said = []
    for step in (0, 5, 0, 6):
        still.hears(Hearing(step))
        said.append((still.words, still.lit))
    assert said == [("Microphone on", None)] + [("Microphone hears you", None)] * 3


def test_where_motion_is_unwanted_nothing_is_painted_while_somebody_speaks(qtbot: QtBot, still: VoiceMeter) -> None:
    still.hears(SPEAKS)
    paints = Paints(still)
    for step in (6, 7, 2, 0, 1, 5) * 10:
        still.hears(Hearing(step))
        QApplication.processEvents()
    assert paints.count == 0
    still.hears(SILENT)
    silence_lasts(still)
    qtbot.waitUntil(lambda: paints.count == 1)


# ---- what it costs ----


def test_it_is_painted_when_its_step_changes_and_only_then(qtbot: QtBot, window: KioskWindow) -> None:
    window.hears(SPEAKS)
    paints = Paints(window.voice)
    for _ in range(50):
        window.hears(SPEAKS)
        QApplication.processEvents()
    assert paints.count == 0
    window.hears(Hearing(6))
    qtbot.waitUntil(lambda: paints.count == 1)


def test_neither_picture_has_the_meter_painted_again_nor_the_meter_a_picture(
    qtbot: QtBot, window: KioskWindow, family: Latest[Picture]
) -> None:
    window.hears(SPEAKS)
    size = window.family_view.size()
    family.put(plain_picture("#a08060", size.width(), size.height()))
    QApplication.processEvents()
    meter, picture = Paints(window.voice), Paints(window.family_view)
    for number in range(2, 5):
        with qtbot.waitSignal(window.family_view.picture_painted):
            family.put(plain_picture("#a08060", size.width(), size.height(), number))
    assert (meter.count, picture.count) == (0, 3)
    window.hears(SILENT)
    qtbot.waitUntil(lambda: meter.count == 1)
    assert picture.count == 3


# ---- where it stands ----


@every_size
def test_it_covers_no_word_no_key_and_no_own_picture(make_window: MakeWindow, size: tuple[int, int]) -> None:
    window = make_window(size)
    for name, hearing in product(WITH_A_METER, (SPEAKS, MISSING)):
        window.show_scene(*SCENES[name])
        window.hears(hearing)
        place = on_panel(window.voice, window)
        assert window.voice.isVisible()
        assert window.rect().contains(place)
        assert window.voice.lines().whole
        assert not (window.own_view.isVisible() and place.intersects(window.own_view.geometry())), name
        for piece in (*shown_texts(window), *shown_keys(window)):
            assert not place.intersects(on_panel(piece, window)), (name, piece.accessibleName())


@every_size
@pytest.mark.parametrize("shape", [(16, 9), (4, 3), (9, 16)], ids=["wide", "old", "phone"])
def test_over_a_wide_picture_it_keeps_to_the_outermost_corner_under_the_own_one(
    make_window: MakeWindow, family: Latest[Picture], size: tuple[int, int], shape: tuple[int, int]
) -> None:
    window = make_window(size, family=family)
    window.show_scene(LIVE_CALL, IN_CALL)
    window.hears(SPEAKS)
    tall = window.family_view.height()
    family.put(drawn_person(tall * shape[0] // shape[1], tall))
    for _ in range(3):
        QApplication.processEvents()
    place, own = window.voice.geometry(), window.own_view.geometry()
    assert (place.left(), place.right(), place.top()) == (own.left(), own.right(), own.bottom() + 1)
    picture = window.family_view.picture_rect().translated(window.family_view.pos())
    covered = place.intersected(picture)
    assert covered.width() <= picture.width() / 8
    assert place.bottom() - picture.top() <= picture.height() / 4
    if shape != (16, 9):
        assert covered.isEmpty()


def test_it_makes_room_for_the_officers_panel(window: KioskWindow) -> None:
    window.hears(SPEAKS)
    window.officer_panel.open()
    QApplication.processEvents()
    aside = QRect(window.officer_panel.mapTo(window, QPoint(0, 0)), window.officer_panel.size())
    assert window.voice.isVisible()
    assert not on_panel(window.voice, window).intersects(aside)


def test_it_takes_no_press(window: KioskWindow) -> None:
    window.show_scene(DEMO_CALL, IN_CALL)
    window.hears(SPEAKS)
    assert window.voice not in window.input_guard.always
    assert window.voice.focusPolicy().value == 0
