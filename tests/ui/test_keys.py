"""Every key says the right thing, by finger and by keyboard, and nothing else says anything."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.ipc import Key
from kiosk.ui.key_meanings import MEANINGS
from tests.ui.conftest import MakeWindow
from tests.ui.presses import focused, key, reports, strike, touch
from tests.ui.samples import ADMITS, DEMO, IN_CALL, LIVE, LIVE_CALL, SCENES

PRINTABLE = range(0x21, 0x5B)
FUNCTION_AND_MEDIA = range(0x01000000, 0x01000130)


def nothing_meant() -> list[Qt.Key]:
    """Keys of a keyboard that mean nothing here."""
    known = set(Qt.Key._value2member_map_)
    return [Qt.Key(code) for code in (*PRINTABLE, *FUNCTION_AND_MEDIA) if code in known and code not in MEANINGS]


def test_the_shield_key_opens_identity(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES["next_call_open"])
    assert focused(window) == "open_identity"
    strike(window, Qt.Key.Key_Return)
    touch(window, "open_identity")
    assert said == [Key.OPEN_IDENTITY, Key.OPEN_IDENTITY]


def test_before_the_room_opens_there_is_no_shield_key(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES["next_call_countdown"])
    strike(window, Qt.Key.Key_Return)
    assert not said


def test_the_shield_key_takes_the_focus_when_the_room_opens(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(*SCENES["next_call_countdown"])
    assert focused(window) == ""
    window.show_scene(*SCENES["next_call_open"])
    assert focused(window) == "open_identity"


@pytest.mark.parametrize("name", ["joining", "in_call", "interrupted"])
def test_leaving_asks_once(make_window: MakeWindow, name: str) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES[name])
    touch(window, "leave")
    assert not said
    window.show_scene(*SCENES[name])
    touch(window, "leave_sure")
    assert said == [Key.LEAVE]


def test_staying_takes_the_question_back(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, IN_CALL)
    touch(window, "leave")
    touch(window, "leave_stay")
    assert key(window, "leave").isEnabled()
    assert not said


def test_a_second_press_on_the_same_spot_stays_in_the_call(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, IN_CALL)
    leave = key(window, "leave")
    spot = leave.mapTo(window, leave.rect().center())
    for _ in range(2):
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=spot)
    assert key(window, "leave").isEnabled()
    assert not said


def test_by_keyboard_the_question_puts_the_focus_on_staying(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, IN_CALL)
    strike(window, Qt.Key.Key_Tab)
    strike(window, Qt.Key.Key_Return)
    assert focused(window) == "leave_stay"
    strike(window, Qt.Key.Key_Return)
    assert focused(window) == "leave"
    assert not said


def test_in_a_call_nothing_has_the_focus_until_tab_is_struck(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL)
    order = [focused(window)]
    for _ in range(4):
        strike(window, Qt.Key.Key_Tab)
        order.append(focused(window))
    assert order == ["", "leave", "end_now", "hold", "officer_panel"]


def test_going_back_starts_at_the_last_key(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL)
    strike(window, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert focused(window) == "officer_panel"
    strike(window, Qt.Key.Key_Left)
    assert focused(window) == "hold"


def test_the_officer_ends_or_holds_with_one_press(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, IN_CALL)
    touch(window, "end_now")
    touch(window, "hold")
    strike(window, Qt.Key.Key_End)
    strike(window, Qt.Key.Key_Pause)
    assert said == [Key.END_NOW, Key.HOLD, Key.END_NOW, Key.HOLD]


@pytest.mark.parametrize("name", SCENES)
def test_end_and_hold_are_on_every_scene_and_say_so_whatever_the_frame_thinks(
    make_window: MakeWindow, name: str
) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(DEMO, SCENES[name][1])
    touch(window, "end_now")
    touch(window, "hold")
    strike(window, Qt.Key.Key_End)
    strike(window, Qt.Key.Key_Pause)
    assert said == [Key.END_NOW, Key.HOLD] * 2
    assert key(window, "officer_panel").isEnabled() is not name.startswith(ADMITS.kind)


def test_keys_that_would_do_nothing_are_dim(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL)
    bright = key(window, "end_now").grab().toImage()
    window.show_scene(LIVE, IN_CALL)
    assert key(window, "end_now").grab().toImage() != bright


@pytest.mark.attack("keys-chords")
def test_no_other_key_of_the_keyboard_does_anything(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, ADMITS)
    for code in nothing_meant():
        QTest.keyClick(window, code)
    assert not said
    assert focused(window) == "tick_0"
    assert not key(window, "admit").isEnabled()


@pytest.mark.attack("keys-chords")
@pytest.mark.parametrize(
    ("code", "modifiers"),
    [
        (Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_no_chord_leads_out(make_window: MakeWindow, code: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES["next_call_open"])
    strike(window, code, modifiers)
    assert window.isVisible()
    assert not said
    assert focused(window) == "open_identity"


@pytest.mark.attack("pointer-and-text")
def test_only_the_left_button_presses(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, IN_CALL)
    for button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.BackButton):
        QTest.mouseClick(key(window, "end_now"), button)
    assert not said
