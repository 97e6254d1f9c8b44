"""Number and PIN: typed by hand or mouse, never readable, gone after every use; and what a prisoner can do without."""

import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.deeds import EndSoon
from kiosk.ipc import Key
from kiosk.ui.key_meanings import CREDENTIAL, NOTE
from kiosk.ui.panel import keypad
from kiosk.ui.panel.keypad import KeypadPage
from kiosk.ui.pieces.field import Field
from kiosk.ui.pieces.text import TextBlock
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.panels import ALL, PAGES, open_page
from tests.ui.presses import OFFICER, focused, key, reports, strike, touch, types
from tests.ui.samples import SCENES

HARMLESS = {Key.OPEN_IDENTITY, Key.LEAVE_IDENTITY, Key.END_NOW, Key.HOLD, Key.LEAVE, Key.SKIP_REASON}


def field(window: KioskWindow, name: str) -> Field:
    found = key(window, name)
    assert isinstance(found, Field)
    return found


def readable(window: KioskWindow) -> list[str]:
    """Every text that any widget would tell anybody, also a screen reader."""
    said: list[str] = []
    for widget in window.findChildren(QWidget):
        said += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.whatsThis()]
        said += [widget.windowTitle(), widget.statusTip(), widget.objectName()]
        if isinstance(widget, QAbstractButton | TextBlock):
            said.append(widget.text if isinstance(widget, TextBlock) else widget.text())
        said += [bytes(name.data()).decode() for name in widget.dynamicPropertyNames()]
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is not None:
            said += [interface.text(part) for part in (QAccessible.Text.Name, QAccessible.Text.Value)]
    return said


def test_the_pin_cannot_be_read_from_any_widget(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    types(window, "q4471\r555566667777")
    assert not [text for text in readable(window) if "55" in text or "66" in text or "77" in text]


def test_two_pins_of_one_length_look_the_same(make_window: MakeWindow) -> None:
    pictures = []
    for pin in ("111111", "482913"):
        window = make_window()
        open_page(window, "keypad")
        types(window, "q4471\r" + pin)
        pictures.append(field(window, "officer_pin").grab().toImage())
    assert pictures[0] == pictures[1]


def test_the_pin_is_not_in_the_words_of_a_credential() -> None:
    assert "482913" not in repr(OFFICER)


@pytest.mark.parametrize("way", ["asked", "close", "back", "scene", "again", "wait"])
def test_what_was_typed_is_gone(make_window: MakeWindow, qtbot: QtBot, way: str) -> None:
    window = make_window()
    open_page(window, "keypad_pin")
    page = window.officer_panel.findChild(KeypadPage)
    assert page is not None
    number, pin = field(window, "officer_number"), field(window, "officer_pin")
    assert (number.typed, pin.typed) == ("Q4471", "482913")
    match way:
        case "asked":
            strike(window, Qt.Key.Key_Return)
        case "close":
            touch(window, "panel_close")
        case "back":
            touch(window, "panel_back")
        case "scene":
            window.show_scene(*SCENES["interrupted"], ALL)
        case "again":
            touch(window, "officer_panel")
        case _:
            assert page.untouched.interval() == keypad.UNTOUCHED_MS == 30_000
            page.untouched.start(1)
            qtbot.waitUntil(lambda: number.typed == "")
    assert (number.typed, pin.typed) == ("", "")


def test_after_a_refusal_number_and_pin_are_typed_anew(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "refused")
    touch(window, "try_again")
    assert (field(window, "officer_number").typed, field(window, "officer_pin").typed) == ("", "")
    assert focused(window) == "officer_number"


def test_tab_goes_to_the_pin_as_well_as_enter(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    said = reports(window)
    types(window, "q4471")
    strike(window, Qt.Key.Key_Tab)
    types(window, "482913\r")
    assert said == [(OFFICER, EndSoon())]


def test_a_pin_has_no_letters_and_nothing_is_longer_than_it_may_be(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    types(window, "a" * 40 + "\r" + "b1c2" + "3" * 40)
    assert field(window, "officer_number").typed == "A" * 16
    assert field(window, "officer_pin").typed == "12" + "3" * 10


def test_backspace_and_the_rubber_take_the_last_character(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    types(window, "q447")
    strike(window, Qt.Key.Key_Backspace)
    touch(window, "pad_erase")
    assert field(window, "officer_number").typed == "Q4"


@pytest.mark.parametrize("typed", ["\r", "q4471\r\r", "\r\r\r"])
def test_without_number_and_pin_nothing_is_asked(make_window: MakeWindow, typed: str) -> None:
    window = make_window()
    open_page(window, "keypad")
    said = reports(window)
    types(window, typed)
    assert not said
    assert not key(window, "pad_ok").isEnabled()


def test_a_pin_without_a_number_is_not_asked_with(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    said = reports(window)
    touch(window, "officer_pin")
    types(window, "482913\r")
    assert not said


def test_nothing_is_heard_but_where_something_is_typed(make_window: MakeWindow) -> None:
    window = make_window()
    heard = {}
    for name in PAGES:
        open_page(window, name)
        heard[name] = window.officer_panel.alphabet
        window.officer_panel.shut()
        assert window.officer_panel.alphabet == frozenset()
    assert {name for name, alphabet in heard.items() if alphabet == NOTE} == {"note", "note_full", "note_digits"}
    assert {name for name, alphabet in heard.items() if alphabet == CREDENTIAL} == {
        "keypad",
        "keypad_digits",
        "keypad_pin",
        "keypad_long",
        "admit",
    }


def test_a_flood_of_keys_does_not_delay_the_end(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    said = reports(window)
    for _ in range(300):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    strike(window, Qt.Key.Key_End)
    assert said == [Key.END_NOW]


def test_a_chord_types_nothing(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "keypad")
    for modifier in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        strike(window, Qt.Key.Key_A, modifier)
    assert field(window, "officer_number").typed == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_without_a_pin_nobody_causes_anything_but_harmless_keys(make_window: MakeWindow, seed: int) -> None:
    """Presses whatever can be pressed, on every scene, with mouse and keyboard, at random."""
    dice = random.Random(seed)
    window = make_window()
    said = reports(window)
    codes = [Qt.Key(code) for code in (*range(0x20, 0x5B), *(int(key) for key in _specials()))]
    for frame, scene in SCENES.values():
        window.show_scene(frame, scene, ALL)
        for _ in range(6):
            if dice.random() < 0.5:
                keys = [key for key in window.findChildren(QAbstractButton) if key.isVisible()]
                QTest.mouseClick(dice.choice(keys), Qt.MouseButton.LeftButton)
            else:
                strike(window, dice.choice(codes))
    assert said
    for one in said:
        if isinstance(one, tuple):
            officer, _deed = one
            assert officer.number
            assert officer.pin.isdigit()
        else:
            assert one in HARMLESS


def _specials() -> list[Qt.Key]:
    key = Qt.Key
    return [key.Key_Tab, key.Key_Return, key.Key_Escape, key.Key_Backspace, key.Key_End, key.Key_Pause, key.Key_Delete]


def test_a_page_that_closed_is_gone(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    open_page(window, "keypad_pin")
    page = window.officer_panel.findChild(KeypadPage)
    assert page is not None
    with qtbot.waitSignal(page.destroyed):
        touch(window, "panel_close")
