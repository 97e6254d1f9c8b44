"""A real guard and its signed policy: a new one waits for the call to end, and a refused one changes nothing."""

import pytest

from contract.documents import DocumentKind
from contract.words import EndCode
from kiosk.deeds import GiveReason
from kiosk.ipc import DocumentArrived, Key, LinkNow, Pressed
from tests.fakes.eventually import eventually
from tests.fakes.policies import signed_policy
from tests.integration.guard.laptop import WITHIN_S, Laptop

pytestmark = pytest.mark.slow


def policy(serial: int, signer: str | None = None) -> str:
    """One whose goodbye is soon read."""
    return signed_policy(serial, signer=signer, goodbye='"5 s"', shortest_goodbye='"1 s"')


def sends(laptop: Laptop, document: str) -> None:
    assert laptop.shell is not None
    laptop.shell.say(DocumentArrived(kind=DocumentKind.POLICY, document=document))


def in_force(laptop: Laptop) -> list[int]:
    return [record["data"]["serial"] for record in laptop.trail() if record["event"] == "policy_in_force"]


async def takes(laptop: Laptop, serial: int) -> None:
    """The policy is obeyed from now on, and waits for the call to end."""
    taken = {"kind": DocumentKind.POLICY, "serial": serial}
    await eventually(lambda: taken in [record["data"] for record in laptop.trail()], WITHIN_S, f"policy {serial} waits")


async def comes_into_force(laptop: Laptop, serials: list[int]) -> None:
    """The guard begins anew by it, and its shell comes back."""
    await eventually(lambda: in_force(laptop) == serials, WITHIN_S, f"policies {serials}")
    assert laptop.shell is not None
    await laptop.shell.close()
    await laptop.connects()


async def test_a_new_policy_waits_for_the_call_to_end_and_a_refused_one_changes_nothing(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    sends(laptop, policy(1))
    await comes_into_force(laptop, [1])

    await laptop.is_live()
    sends(laptop, policy(3, "somebody"))
    sends(laptop, policy(2))
    await laptop.has_recorded("document_refused")
    await takes(laptop, 2)
    assert laptop.shell is not None
    await laptop.shell.receives(1.0)
    assert in_force(laptop) == [1]

    laptop.shell.say(Pressed(key=Key.END_NOW))
    await laptop.shell.shows("goodbye")
    await laptop.shell.shows("nothing_booked")
    assert in_force(laptop) == [1]  # the officer may still say why
    answer = await laptop.asks(GiveReason(code=EndCode.OTHER))
    assert answer.accepted, answer.text
    await comes_into_force(laptop, [1, 2])
    assert laptop.guard is not None
    assert laptop.guard.returncode is None  # the same process
    events = laptop.events()
    assert events.index("outcome") < len(events) - 1 - events[::-1].index("policy_in_force")
    assert "guard_stopped" not in events

    sends(laptop, policy(1))
    await eventually(lambda: laptop.events().count("document_refused") == 2, WITHIN_S, "the old one is refused")
    assert [r["data"]["why"] for r in laptop.trail() if r["event"] == "document_refused"] == [
        "wrongly_signed",
        "rolled_back",
    ]
    assert in_force(laptop) == [1, 2]
    await laptop.close()  # the head of a guard that runs may be behind its trail
    status, said = await laptop.verdict()
    assert status == 0, said


async def test_a_guard_that_is_killed_in_a_call_goes_on_by_the_policy_of_that_call(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    sends(laptop, policy(1))
    await comes_into_force(laptop, [1])
    await laptop.is_live()
    sends(laptop, policy(2))
    await takes(laptop, 2)
    await laptop.journal_has("live")
    await laptop.kill()
    await laptop.starts()
    assert laptop.shell is not None
    laptop.shell.say(LinkNow(up=True))
    await eventually(lambda: in_force(laptop) == [1, 1], WITHIN_S, "the policy of the call")
    laptop.shell.say(Pressed(key=Key.END_NOW))
    await laptop.shell.shows("goodbye")
    laptop.shell.say(Pressed(key=Key.SKIP_REASON))
    await comes_into_force(laptop, [1, 1, 2])
