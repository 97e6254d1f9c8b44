"""A real guard is told by a signed sheet that somebody may take part no more, and by a signed time what it is."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from contract.documents import DocumentKind
from contract.envelope import Audience
from contract.laptop_link import TimeAsked
from contract.sheet import Revoked
from contract.words import Revocation
from kiosk.deeds import Resume
from kiosk.ipc import Carry, DocumentArrived, Key, LinkNow, Pressed, Show
from kiosk.scenes import Held, NoticeKind
from tests.fakes.authority import ESTABLISHMENT, signed_sheet
from tests.fakes.bookings import revoked, sheet
from tests.integration.guard.laptop import Laptop, PlayedShell, signed_time

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

WITHIN_S = 5.0


def arrives(laptop: Laptop, serial: int, *entries: Revoked) -> float:
    """A sheet without the booking; when it was handed to the guard."""
    assert laptop.shell is not None
    document = signed_sheet(sheet(serial=serial, revoked=entries))
    laptop.shell.say(DocumentArrived(kind=DocumentKind.SHEET, document=document))
    return time.monotonic()


def notices(shell: PlayedShell) -> list[NoticeKind]:
    shown = [message for message in shell.heard if isinstance(message, Show)]
    return [notice.kind for notice in shown[-1].panel.notices]


async def test_a_running_call_is_held_within_seconds_resumed_by_a_pin_held_again_and_ended(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    shell = laptop.shell
    assert shell is not None
    banned, moved = revoked(), revoked(who=None, kind=Revocation.PRISONER_MOVED)

    handed = arrives(laptop, 2, banned)
    held = await shell.shows("held")
    assert time.monotonic() - handed < WITHIN_S
    assert isinstance(held, Held)
    assert notices(shell)[:2] == [NoticeKind.VISITOR_BANNED, NoticeKind.DECIDE]
    await laptop.has_recorded("participant_revoked")

    arrives(laptop, 3)  # lifted: that resumes nothing
    await laptop.has_recorded("revocation_lifted")
    assert isinstance(shell.scene, Held)
    arrives(laptop, 4, banned)
    answer = await laptop.asks(Resume())
    assert answer.accepted, answer.text
    await shell.receives()

    handed = arrives(laptop, 5, banned, moved)
    await shell.shows("held")
    assert time.monotonic() - handed < WITHIN_S
    shell.say(Pressed(key=Key.END_NOW))
    await shell.shows("goodbye")
    await laptop.has_recorded("outcome")
    events = laptop.trail()
    (resumed,) = [record["data"] for record in events if record["event"] == "resumed"]
    assert resumed["revoked"] == ["mum"]
    (outcome,) = [record["data"] for record in events if record["event"] == "outcome"]
    assert (outcome["outcome"], outcome["code"]) == ("TERMINATED_BY_STAFF", "revoked")


async def test_a_call_that_waits_is_not_begun(laptop: Laptop) -> None:
    await laptop.starts()
    laptop.is_due()
    assert laptop.shell is not None
    await laptop.shell.shows("next_call")
    arrives(laptop, 2, revoked())
    await laptop.shell.shows("nothing_booked")
    assert "outcome" not in laptop.events()  # it may be lifted
    assert "devices_opened" not in laptop.events()


@pytest.mark.attack("time-replayed")
async def test_no_time_counts_but_the_answer_to_the_question_that_stands(laptop: Laptop) -> None:
    await laptop.starts()
    shell = laptop.shell
    assert shell is not None
    shell.say(LinkNow(up=True))
    await shell.until(lambda: bool(asked(shell)), "the time is asked")
    (nonce,) = asked(shell)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    elsewhere = Audience(establishment=ESTABLISHMENT, laptop="Visits 2")
    for forged in (
        signed_time("another-nonce-0123456789", tomorrow),
        signed_time(nonce, tomorrow, aud=elsewhere),
        signed_time(nonce, tomorrow, signer="somebody"),
        signed_time(nonce, tomorrow, kid="offline-demo"),
    ):
        shell.say(forged)
    truth = signed_time(nonce, datetime.now(UTC))
    shell.say(truth)
    shell.say(signed_time(nonce, tomorrow))  # rightly signed, and the question has been answered
    laptop.is_due()
    await shell.shows("next_call")  # by the laptop's own clock, which the service's bears out
    assert "clock_wrong" not in laptop.events()
    await laptop.has_recorded("time_refused")


def asked(shell: PlayedShell) -> list[str]:
    carried = [message.message for message in shell.heard if isinstance(message, Carry)]
    return [message.nonce for message in carried if isinstance(message, TimeAsked)]
