"""The list of officers at a real guard: who comes, who goes, whose PIN is new, and which list is not obeyed."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.deeds import Credential, EndSoon, Resume, WriteNote
from kiosk.ipc import Key, Pressed, Show
from kiosk.scenes import NoticeKind
from tests.fakes.eventually import eventually
from tests.fakes.rosters import ANOTHERS_KEY, officer
from tests.integration.guard.laptop import OFFICER, WITHIN_S, Laptop, PlayedShell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

JOINER = Credential(number="J7", pin="905172")
RESET = Credential(number=OFFICER.number, pin="571046")
KNOWN = officer(OFFICER.number, OFFICER.pin)
TOO_OLD = "The list of officers is too old. Connect this laptop to the network."


async def may(laptop: Laptop, who: Credential) -> tuple[bool, str]:
    """Whether this officer gets something done, and in which words."""
    answer = await laptop.asks(WriteNote(text="all is well"), who)
    return answer.accepted, answer.text


def changes(laptop: Laptop) -> list[list[str]]:
    """Who may use the laptop, each time that it changed."""
    return [record["data"]["officers"] for record in laptop.trail() if record["event"] == "officers_changed"]


def notices(shell: PlayedShell) -> set[NoticeKind]:
    """What the panel tells the officer now."""
    shown = [message for message in shell.heard if isinstance(message, Show)]
    return {notice.kind for notice in shown[-1].panel.notices}


async def test_who_joins_may_admit_at_once_and_who_leaves_may_not(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    laptop.is_told_of(KNOWN, officer(JOINER.number, JOINER.pin))
    assert (await may(laptop, JOINER))[0]
    await laptop.is_live()
    laptop.is_told_of(officer(OFFICER.number, OFFICER.pin, disabled=True), officer(JOINER.number, JOINER.pin))
    assert await may(laptop, OFFICER) == (False, "You are not set up on this laptop any more. Ask a manager.")
    assert (await may(laptop, JOINER))[0]
    await eventually(
        lambda: changes(laptop)[-1:] == [[JOINER.number]], WITHIN_S, "the trail has who may use the laptop now"
    )


async def test_a_new_pin_works_and_the_old_one_no_longer_also_after_a_restart(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    laptop.is_told_of(officer(RESET.number, RESET.pin))
    assert (await may(laptop, RESET))[0]
    await laptop.kill()
    await laptop.starts()
    assert (await may(laptop, RESET))[0]
    accepted, said = await may(laptop, OFFICER)
    assert (accepted, "do not fit" in said) == (False, True)
    laptop.is_told_of(officer(RESET.number, RESET.pin), officer(JOINER.number, JOINER.pin))
    accepted, said = await may(laptop, RESET)  # a new list forgives no wrong PIN
    assert (accepted, said.startswith("Wait ")) == (False, True)


@pytest.mark.attack("roster-bad")
async def test_a_list_for_another_laptop_is_refused_and_the_old_one_stays(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    laptop.is_told_of(officer(JOINER.number, JOINER.pin), key=ANOTHERS_KEY)
    assert (await may(laptop, OFFICER))[0]
    refused = [record["data"] for record in laptop.trail() if record["event"] == "document_refused"]
    assert refused == [{"kind": "visit-roster", "why": "not_readable_here"}]


@pytest.mark.attack("roster-bad")
async def test_with_a_list_that_is_too_old_nobody_loosens_anything_and_everybody_may_end(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    assert laptop.shell is not None
    laptop.is_told_of(KNOWN, signed_at=datetime.now(UTC) - timedelta(days=15))
    laptop.shell.say(Pressed(key=Key.HOLD))
    await laptop.shell.shows("held")
    answer = await laptop.asks(Resume())
    assert (answer.accepted, answer.text) == (False, TOO_OLD)
    shell = laptop.shell
    await shell.until(lambda: NoticeKind.ROSTER_STALE in notices(shell), "the officer is told")
    assert (await laptop.asks(EndSoon())).accepted  # what closes is not affected
    laptop.is_told_of(KNOWN)  # a fresh one puts it right
    assert (await laptop.asks(Resume())).accepted
    laptop.is_told_of(KNOWN, signed_at=datetime.now(UTC) - timedelta(days=15))
    laptop.shell.say(Pressed(key=Key.END_NOW))
    await laptop.has_recorded("outcome")
