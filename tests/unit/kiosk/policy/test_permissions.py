"""Permissions: what an officer may ask for in each state, and that nothing that loosens needs less than a PIN."""

import pytest

from contract.words import CallState
from kiosk.ipc import Key
from kiosk.policy.permissions import ADMITTED, IN_STATES, DeedKind, may


def test_every_deed_has_its_states() -> None:
    assert set(IN_STATES) == set(DeedKind)


@pytest.mark.parametrize("state", list(CallState))
def test_only_a_held_call_resumes_and_only_a_checked_one_is_admitted(state: CallState) -> None:
    assert may(DeedKind.RESUME, state) is (state is CallState.HELD)
    assert may(DeedKind.ADMIT, state) is (state is CallState.IDENTITY)
    assert may(DeedKind.EXTEND, state) is (state in ADMITTED)


def test_without_a_call_there_is_the_lock_the_note_and_the_release() -> None:
    allowed = {deed for deed in DeedKind if may(deed, None)}
    assert allowed == {DeedKind.LOCK, DeedKind.UNLOCK, DeedKind.WRITE_NOTE, DeedKind.RELEASE}


def test_no_key_without_a_pin_loosens_anything() -> None:
    assert {key.value for key in Key} == {
        "open_identity",
        "leave_identity",
        "end_now",
        "hold",
        "leave",
        "skip_reason",
        "check_laptop",  # lends the laptop its own devices for a moment: nothing leaves it, and never in a call
    }
    assert not {key.value for key in Key} & {deed.value for deed in DeedKind}
