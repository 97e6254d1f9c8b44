"""What the guard lets in on which scene, counts and slows down; and that it can be tried."""

import logging

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.ipc import Key
from kiosk.scenes import AnyScene
from kiosk.ui.allowed_keys import ALLOWED, allowed
from kiosk.ui.input_guard import LOOKED_AT, PRESSES_AT_ONCE, InputGuard
from kiosk.ui.input_proof import InputProof
from kiosk.ui.key_meanings import AT_ONCE, Meaning
from tests.ui.conftest import MakeWindow
from tests.ui.panels import open_page
from tests.ui.presses import key, reports, strike, types
from tests.ui.samples import IN_CALL, LIVE_CALL, SCENES


class Still:
    """A clock that stands."""

    def __call__(self) -> float:
        return 7.0


def test_every_scene_has_its_keys() -> None:
    kinds = {scene.model_fields["kind"].default for scene in AnyScene.__args__}
    assert set(ALLOWED) == kinds


@pytest.mark.parametrize("name", SCENES)
def test_on_every_scene_end_and_hold_mean_it_and_back_needs_an_open_panel(name: str) -> None:
    scene = SCENES[name][1]
    closed = allowed(scene, panel_open=False, typing=False)
    assert closed >= AT_ONCE
    assert not closed & {Meaning.BACK, Meaning.ERASE}
    assert allowed(scene, panel_open=True, typing=True) == closed | {Meaning.BACK, Meaning.ERASE}


def test_a_guard_that_nobody_told_of_a_scene_lets_in_end_and_hold_alone(qapp: QCoreApplication) -> None:
    assert InputGuard(qapp).allowed == AT_ONCE


def test_back_is_swallowed_and_counted_where_no_panel_is_open(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL)
    with qtbot.waitSignal(window.swallowed) as reported:
        for _ in range(3):
            strike(window, Qt.Key.Key_Escape)
        strike(window, Qt.Key.Key_F4)
        strike(window, Qt.Key.Key_Tab)
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.RightButton)
    assert reported.args == [5]


def test_a_capital_letter_that_is_typed_is_not_counted(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    strike(window, Qt.Key.Key_Shift)
    types(window, "Q4471")
    with qtbot.waitSignal(window.swallowed) as reported:
        strike(window, Qt.Key.Key_F1)
    assert reported.args == [1]


def test_more_presses_than_anybody_makes_are_swallowed_and_end_is_not(make_window: MakeWindow) -> None:
    window = make_window(seconds=Still())
    said = reports(window)
    window.show_scene(*SCENES["next_call_open"])
    for _ in range(500):
        strike(window, Qt.Key.Key_Return)
    strike(window, Qt.Key.Key_End)
    strike(window, Qt.Key.Key_Pause)
    assert said == [Key.OPEN_IDENTITY] * PRESSES_AT_ONCE + [Key.END_NOW, Key.HOLD]


def test_end_held_in_a_flood_is_said_a_few_times_only(make_window: MakeWindow) -> None:
    window = make_window(seconds=Still())
    said = reports(window)
    for _ in range(500):
        strike(window, Qt.Key.Key_End)
    assert said == [Key.END_NOW] * 4


def test_a_flood_of_clicks_leaves_end_and_the_keyboard_alone(make_window: MakeWindow) -> None:
    window = make_window(seconds=Still())
    said = reports(window)
    window.show_scene(*SCENES["next_call_open"])
    for _ in range(500):
        QTest.mouseClick(key(window, "open_identity"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(key(window, "end_now"), Qt.MouseButton.LeftButton)
    strike(window, Qt.Key.Key_Return)
    assert said == [Key.OPEN_IDENTITY] * PRESSES_AT_ONCE + [Key.END_NOW, Key.OPEN_IDENTITY]


def test_the_proof_finds_no_way_past_and_leaves_no_trace(
    make_window: MakeWindow, caplog: pytest.LogCaptureFixture
) -> None:
    window = make_window()
    said = reports(window)
    counted: list[int] = []
    window.swallowed.connect(counted.append)
    window.show_scene(LIVE_CALL, IN_CALL)
    with caplog.at_level(logging.DEBUG):
        assert InputProof(window)() is None
    assert window.isVisible()
    assert not said
    assert not window.input_guard.is_reporting
    assert not caplog.records


def test_a_proof_while_an_officer_types_adds_nothing_to_what_is_typed(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    said: list[str] = []
    window.input_guard.typed.connect(said.append)
    types(window, "q4")
    assert InputProof(window)() is None
    types(window, "471")
    assert said == list("q4471")


def test_without_the_guard_the_proof_says_what_got_past(qapp: QCoreApplication, make_window: MakeWindow) -> None:
    window = make_window()
    qapp.removeEventFilter(window.input_guard)
    assert InputProof(window)() == "Alt+F4 got past the input guard"


class FailsOpen(QObject):
    """A guard as Qt would have it: it keeps every key, and an error of its own lets the key through."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        try:
            if isinstance(event, QKeyEvent):
                event.modifiers()
        except Exception:
            return False
        return event.type() in LOOKED_AT


def test_a_guard_whose_errors_let_keys_through_is_found(qapp: QCoreApplication, make_window: MakeWindow) -> None:
    window = make_window()
    qapp.removeEventFilter(window.input_guard)
    open_guard = FailsOpen(window)
    qapp.installEventFilter(open_guard)
    assert InputProof(window)() == "a press whose handler breaks got past the input guard"
    qapp.removeEventFilter(open_guard)


class Blind(QObject):
    """Swallows everything and looks at nothing, End included."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        return event.type() in LOOKED_AT


def test_a_guard_that_looks_at_nothing_is_found(qapp: QCoreApplication, make_window: MakeWindow) -> None:
    window = make_window()
    qapp.removeEventFilter(window.input_guard)
    blind = Blind(window)
    qapp.installEventFilter(blind)
    assert InputProof(window)() == "the input guard does not look at what is pressed"
    qapp.removeEventFilter(blind)


def test_a_second_window_is_found(qtbot: QtBot, make_window: MakeWindow) -> None:
    window, second = make_window(), QWidget()
    qtbot.addWidget(second)
    second.show()
    assert InputProof(window)() == "there is a second window: QWidget"


def test_a_window_that_could_be_closed_is_found(qtbot: QtBot, make_window: MakeWindow) -> None:
    make_window()
    closable = QWidget()
    qtbot.addWidget(closable)
    assert InputProof(closable)() == "the window could be closed"


def test_on_another_thread_the_proof_is_no_proof(make_window: MakeWindow) -> None:
    class Elsewhere(QThread):
        said: str | None = None

        def run(self) -> None:
            self.said = proof()

    proof, thread = InputProof(make_window()), Elsewhere()
    thread.start()
    assert thread.wait(5000)
    assert thread.said == "the input guard can be tried on the screen's own thread only"
