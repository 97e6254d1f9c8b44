"""The code that enrols a laptop: printed, read out, typed, and never mistaken for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.enrol_code import CROCKFORD, LENGTH, SECRET_BYTES, EnrolCode, fingerprint

CODE = EnrolCode.of(b"0123456789", b"a certificate")


def test_a_code_is_printed_in_groups_of_four_that_people_can_read_out() -> None:
    printed = str(CODE)
    assert [len(group) for group in printed.split("-")] == [4] * (LENGTH // 4)
    assert set(printed) <= {*CROCKFORD, "-"}


@given(secret=st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES), authority=st.binary(max_size=64))
def test_what_is_printed_is_read_again(secret: bytes, authority: bytes) -> None:
    code = EnrolCode.of(secret, authority)
    assert EnrolCode.parse(str(code)) == code
    assert code.fingerprint == fingerprint(authority)


def test_small_letters_spaces_and_look_alikes_are_taken() -> None:
    typed = str(CODE).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert EnrolCode.parse(f"  {typed}\n") == CODE


@pytest.mark.parametrize("typed", ["", "1234", str(CODE)[:-1], str(CODE) + "7", str(CODE)[:-1] + "U", "é" * LENGTH])
def test_anything_else_is_no_code(typed: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        EnrolCode.parse(typed)


def test_another_authority_has_another_fingerprint() -> None:
    assert CODE.fingerprint != EnrolCode.of(b"0123456789", b"another certificate").fingerprint


def test_a_secret_of_another_length_makes_no_code() -> None:
    with pytest.raises(ValueError, match="length"):
        EnrolCode.of(b"short", b"a certificate")


def test_the_secret_is_not_shown_by_accident() -> None:
    assert CODE.secret not in repr(CODE)
