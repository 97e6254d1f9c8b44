"""The officer compares, ticks everybody, and starts: by finger and by keyboard, and never by accident."""

from PySide6.QtCore import Qt

from kiosk.deeds import Admit
from kiosk.ipc import Key
from tests.ui.conftest import MakeWindow
from tests.ui.presses import OFFICER, focused, key, reports, strike, touch, types
from tests.ui.samples import ADMITS, LIVE, LIVE_CALL, PEOPLE, SCENES


def test_the_officer_admits_by_keyboard_alone(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE, ADMITS)
    assert focused(window) == "tick_0"
    for code in (Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab):
        strike(window, code)
    assert focused(window) == "admit"
    strike(window, Qt.Key.Key_Return)
    assert not said
    types(window, "q4471\r482913\r")
    assert said == [(OFFICER, Admit(ticked=("v1", "v2")))]


def test_the_officer_goes_back(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE, ADMITS)
    touch(window, "leave_identity")
    assert said == [Key.LEAVE_IDENTITY]


def test_starting_waits_for_every_tick(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE, ADMITS)
    touch(window, "tick_0")
    assert not key(window, "admit").isEnabled()
    touch(window, "admit")
    touch(window, "tick_1")
    assert key(window, "admit").isEnabled()
    touch(window, "tick_0")
    assert not key(window, "admit").isEnabled()
    assert not said


def test_what_bars_starting_bars_it_whatever_is_ticked(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, ADMITS.model_copy(update={"why_not": "The family is not here yet."}))
    touch(window, "tick_0")
    touch(window, "tick_1")
    assert not key(window, "admit").isEnabled()
    window.show_scene(LIVE, ADMITS)
    assert key(window, "admit").isEnabled()


def test_with_nobody_to_tick_nothing_starts(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, ADMITS.model_copy(update={"people": ()}))
    assert not key(window, "admit").isEnabled()


def test_another_person_on_the_list_takes_every_tick_away(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, ADMITS)
    touch(window, "tick_0")
    touch(window, "tick_1")
    other = PEOPLE[1].model_copy(update={"name": "Somebody Else"})
    window.show_scene(LIVE, ADMITS.model_copy(update={"people": (PEOPLE[0], other)}))
    assert not key(window, "admit").isEnabled()


def test_ticks_and_focus_stay_while_the_scene_is_told_again(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, ADMITS)
    strike(window, Qt.Key.Key_Space)
    strike(window, Qt.Key.Key_Tab)
    row = key(window, "tick_0")
    window.show_scene(LIVE, ADMITS.model_copy(update={"note": "New note."}))
    assert key(window, "tick_0") is row
    assert focused(window) == "tick_1"
    strike(window, Qt.Key.Key_Space)
    assert key(window, "admit").isEnabled()


def test_ticks_are_gone_when_the_scene_is_opened_again(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, ADMITS)
    touch(window, "tick_0")
    touch(window, "tick_1")
    window.show_scene(*SCENES["next_call_open"])
    window.show_scene(LIVE, ADMITS)
    assert not key(window, "admit").isEnabled()


def test_a_key_that_is_taken_away_hands_its_focus_to_nobody(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, ADMITS)
    for code in (Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab):
        strike(window, code)
    assert focused(window) == "admit"
    window.show_scene(LIVE_CALL, ADMITS.model_copy(update={"why_not": "The family has left."}))
    strike(window, Qt.Key.Key_Return)
    assert not said
