"""Text from outside cannot reorder, overrun or hide anything."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.plain import LONGEST, plain

RIGHT_TO_LEFT_OVERRIDE = "\u202e"


@pytest.mark.attack("pointer-and-text")
@pytest.mark.parametrize(
    "control", ["\u202e", "\u202d", "\u2066", "\u2067", "\u2069", "\u200f", "\u200b", "\ufeff", "\u00ad"]
)
def test_characters_that_reorder_or_hide_are_dropped(control: str) -> None:
    assert plain(f"Mum{control}my") == "Mummy"


def test_line_breaks_and_controls_become_one_space() -> None:
    assert plain("Mum\r\n\t\x1b\u2028Jac") == "Mum Jac"


def test_welsh_names_come_through() -> None:
    assert plain("Siân Ŵyn ŷ") == "Siân Ŵyn ŷ"


@pytest.mark.attack("pointer-and-text")
def test_a_tower_of_accents_is_cut_down() -> None:
    assert len(plain("e" + "\u0301" * 500)) <= 3


def test_joiners_stay_because_names_need_them() -> None:
    assert "\u200d" in plain("ක්\u200dෂ")


@pytest.mark.attack("pointer-and-text")
def test_a_very_long_text_is_cut_and_says_so() -> None:
    assert plain("x" * 10_000) == "x" * LONGEST + "…"


@pytest.mark.attack("pointer-and-text")
@given(st.text(max_size=2000))
def test_whatever_comes_in_one_harmless_line_comes_out(untrusted: str) -> None:
    text = plain(untrusted)
    assert len(text) <= LONGEST + 1
    assert text == text.strip()
    kinds = {unicodedata.category(character) for character in text if character not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
