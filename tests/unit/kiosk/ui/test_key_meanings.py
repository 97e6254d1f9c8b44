"""Which key presses mean anything, decided without a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from kiosk.ui.key_meanings import AT_ONCE, CREDENTIAL, MEANINGS, NOTE, Meaning, character, meaning

Modifier = Qt.KeyboardModifier


def press(key: int, modifiers: Qt.KeyboardModifier = Modifier.NoModifier, *, held: bool = False) -> Meaning:
    return meaning(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, "", held))


@pytest.mark.parametrize("key", MEANINGS)
def test_the_known_keys_mean_what_the_table_says(key: int) -> None:
    assert press(key) is MEANINGS[key]


@pytest.mark.attack("keys-chords")
@given(st.integers(min_value=0, max_value=0x1FFFFFF).filter(lambda key: key not in MEANINGS))
def test_any_other_key_means_nothing(key: int) -> None:
    assert press(key) is Meaning.NOTHING


@pytest.mark.attack("keys-chords")
@pytest.mark.parametrize("key", [key for key in MEANINGS if MEANINGS[key] not in AT_ONCE])
@pytest.mark.parametrize("modifier", [Modifier.AltModifier, Modifier.ControlModifier, Modifier.MetaModifier])
def test_with_a_modifier_no_other_key_means_anything(key: int, modifier: Qt.KeyboardModifier) -> None:
    assert press(key, modifier) is Meaning.NOTHING


@pytest.mark.parametrize("modifier", [Modifier.AltModifier, Modifier.ControlModifier, Modifier.ShiftModifier])
def test_whoever_leans_on_a_modifier_keeps_nobody_from_ending_or_holding(modifier: Qt.KeyboardModifier) -> None:
    assert press(Qt.Key.Key_End, modifier) is Meaning.END
    assert press(Qt.Key.Key_Pause, modifier) is Meaning.HOLD


def test_shift_and_tab_goes_back() -> None:
    assert press(Qt.Key.Key_Backtab, Modifier.ShiftModifier) is Meaning.PREVIOUS
    assert press(Qt.Key.Key_Tab, Modifier.ShiftModifier) is Meaning.PREVIOUS


def test_the_number_pad_counts_too() -> None:
    assert press(Qt.Key.Key_Enter, Modifier.KeypadModifier) is Meaning.PRESS


def test_a_pin_typed_on_a_number_pad_without_num_lock_ends_no_call() -> None:
    assert press(Qt.Key.Key_End, Modifier.KeypadModifier) is Meaning.NOTHING


@pytest.mark.parametrize(
    "key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_End, Qt.Key.Key_Pause]
)
def test_a_key_held_down_presses_once(key: int) -> None:
    assert press(key, held=True) is Meaning.NOTHING


def test_tab_held_down_moves_on() -> None:
    assert press(Qt.Key.Key_Tab, held=True) is Meaning.NEXT


def typed(text: str, alphabet: frozenset[str], modifiers: Qt.KeyboardModifier = Modifier.NoModifier) -> str:
    return character(QKeyEvent(QEvent.Type.KeyPress, 0, modifiers, text), alphabet)


@pytest.mark.parametrize("text", "aZ09")
def test_letters_and_digits_are_typed_where_a_number_is_asked_for(text: str) -> None:
    assert typed(text, CREDENTIAL) == text
    assert typed(text, CREDENTIAL, Modifier.ShiftModifier) == text
    assert typed(text, CREDENTIAL, Modifier.KeypadModifier) == text


def test_a_note_has_spaces_and_simple_punctuation_too() -> None:
    assert [typed(text, NOTE) for text in " .,'"] == [" ", ".", ",", "'"]
    assert [typed(text, CREDENTIAL) for text in " .,'"] == [""] * 4


@given(st.text(max_size=3).filter(lambda text: text not in NOTE))
def test_nothing_else_is_ever_typed(text: str) -> None:
    assert typed(text, NOTE) == ""


@pytest.mark.attack("keys-chords")
@pytest.mark.parametrize("text", "a1 ")
@pytest.mark.parametrize("modifier", [Modifier.AltModifier, Modifier.ControlModifier, Modifier.MetaModifier])
def test_a_chord_types_nothing(text: str, modifier: Qt.KeyboardModifier) -> None:
    assert typed(text, NOTE, modifier) == typed(text, NOTE, modifier | Modifier.ShiftModifier) == ""


def test_a_key_held_down_types_once() -> None:
    assert character(QKeyEvent(QEvent.Type.KeyPress, 0, Modifier.NoModifier, "a", True), NOTE) == ""


def test_where_nothing_is_asked_for_nothing_is_typed() -> None:
    assert typed("a", frozenset()) == ""
