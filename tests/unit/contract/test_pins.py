"""What a staff number and a PIN look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.pins import NotThat, check_acceptable, check_looks_like_a_pin, staff_number


def test_a_staff_number_is_read_as_it_is_written_down() -> None:
    assert staff_number(" kx41 ") == "KX41"


@pytest.mark.parametrize("untrusted", ["", " ", "A" * 17, "A-1", "A 1", "A\n1", "\u0661\u0662", "\u00df", "../A"])
def test_what_is_no_staff_number_is_refused(untrusted: str) -> None:
    with pytest.raises(NotThat, match="1 to 16 letters and digits"):
        staff_number(untrusted)


@pytest.mark.parametrize("untrusted", ["", "12345", "1" * 13, "48291a", " 482913", "482913\n", "\u0661" * 6])
def test_what_cannot_be_a_pin_is_refused(untrusted: str) -> None:
    with pytest.raises(NotThat, match="six to twelve digits"):
        check_looks_like_a_pin(untrusted)


@pytest.mark.parametrize("pin", ["000000", "777777777777"])
def test_one_digit_repeated_is_no_pin(pin: str) -> None:
    with pytest.raises(NotThat, match="one digit repeated"):
        check_acceptable(pin, "KX41")


@pytest.mark.parametrize("pin", ["123456", "987654", "012345", "789012", "210987", "123456789012"])
def test_digits_in_a_row_are_no_pin(pin: str) -> None:
    with pytest.raises(NotThat, match="digits in a row"):
        check_acceptable(pin, "KX41")


@pytest.mark.parametrize(("pin", "number"), [("482913", "482913"), ("482913", "A482913"), ("482913", "4829")])
def test_the_staff_number_is_no_pin(pin: str, number: str) -> None:
    with pytest.raises(NotThat, match="staff number"):
        check_acceptable(pin, number)


@pytest.mark.parametrize("pin", ["482913", "112233", "123457", "000001", "482913570264"])
def test_other_digits_are_a_pin(pin: str) -> None:
    check_acceptable(pin, "KX41")


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_refused(untrusted: str) -> None:
    try:
        number = staff_number(untrusted)
    except NotThat:
        return
    assert staff_number(number) == number
