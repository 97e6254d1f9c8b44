"""Heads: carried when new, not while offline, and not again once the service has signed them."""

import pytest

from kiosk.errors import Untrusted
from kiosk.ipc import Carry, ToShell
from kiosk.lockdown.heads import Heads


class SignedTrail:
    """A trail with a head that the test moves on."""

    def __init__(self) -> None:
        self.seq = 1
        self.taken: list[bytes] = []

    def head(self) -> bytes:
        return f"visit-laptop\n{self.seq}\nAAAA\n\n— visit-laptop c2ln\n".encode()

    def public_key(self) -> str:
        return "A" * 43 + "="

    def cosigned(self, untrusted_note: bytes) -> object:
        if b"visits" not in untrusted_note:
            raise Untrusted("not a head of this laptop that another has signed")
        self.taken.append(untrusted_note)
        return None


def carried(sent: list[ToShell]) -> int:
    return sum(isinstance(message, Carry) for message in sent)


def test_a_head_is_carried_only_online_and_not_at_every_look() -> None:
    sent: list[ToShell] = []
    heads = Heads(SignedTrail(), sent.append)
    heads.carry(online=False)
    assert carried(sent) == 0
    heads.carry(online=True)
    heads.carry(online=True)
    assert carried(sent) == 1


def test_a_head_that_came_back_signed_is_kept_and_carried_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.lockdown.heads.CARRY_EVERY_S", 0.0)
    sent: list[ToShell] = []
    trail = SignedTrail()
    heads = Heads(trail, sent.append)
    heads.carry(online=True)
    heads.cosigned(trail.head().decode() + "— visits c2ln\n")
    heads.carry(online=True)
    assert carried(sent) == 1
    assert len(trail.taken) == 1
    trail.seq = 2
    heads.carry(online=True)
    assert carried(sent) == 2


def test_what_is_no_head_of_ours_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    trail = SignedTrail()
    Heads(trail, lambda _message: None).cosigned("nonsense")
    assert trail.taken == []
    assert "a co-signature was refused" in caplog.text
