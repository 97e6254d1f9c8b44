"""Which key presses mean anything, decided without a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from kiosk.ui.input_guard import MEANINGS, Meaning, meaning

Modifier = Qt.KeyboardModifier


def press(key: int, modifiers: Qt.KeyboardModifier = Modifier.NoModifier, *, held: bool = False) -> Meaning:
    return meaning(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, "", held))


@pytest.mark.parametrize("key", MEANINGS)
def test_the_known_keys_mean_what_the_table_says(key: int) -> None:
    assert press(key) is MEANINGS[key]


@given(st.integers(min_value=0, max_value=0x1FFFFFF).filter(lambda key: key not in MEANINGS))
def test_any_other_key_means_nothing(key: int) -> None:
    assert press(key) is Meaning.NOTHING


@pytest.mark.parametrize("key", MEANINGS)
@pytest.mark.parametrize("modifier", [Modifier.AltModifier, Modifier.ControlModifier, Modifier.MetaModifier])
def test_with_a_modifier_no_key_means_anything(key: int, modifier: Qt.KeyboardModifier) -> None:
    assert press(key, modifier) is Meaning.NOTHING


def test_shift_and_tab_goes_back() -> None:
    assert press(Qt.Key.Key_Backtab, Modifier.ShiftModifier) is Meaning.PREVIOUS
    assert press(Qt.Key.Key_Tab, Modifier.ShiftModifier) is Meaning.PREVIOUS


def test_the_number_pad_counts_too() -> None:
    assert press(Qt.Key.Key_Enter, Modifier.KeypadModifier) is Meaning.PRESS


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_End])
def test_a_key_held_down_presses_once(key: int) -> None:
    assert press(key, held=True) is Meaning.NOTHING


def test_tab_held_down_moves_on() -> None:
    assert press(Qt.Key.Key_Tab, held=True) is Meaning.NEXT
