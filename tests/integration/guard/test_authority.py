"""The guard as the authority, in its own process: PINs, END, the record, the journal, and what a shell cannot do."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from contract.record import OutcomeReport
from contract.words import EndCode
from kiosk.deeds import Credential, EndSoon, GiveReason, Lock, Resume
from kiosk.ipc import CameraNow, Carry, Key, KeysSwallowed, Pressed, ScreensNow
from kiosk.scenes import CameraFault
from tests.fakes.rosters import officer
from tests.integration.guard.laptop import OFFICER, REAL, Laptop, PlayedShell, kiosk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def test_a_call_is_admitted_by_a_pin_and_the_trail_has_it_before_the_devices_open(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    events = laptop.events()
    assert events.index("admitted") < events.index("devices_opened") < len(events)
    admitted = laptop.trail()[events.index("admitted")]
    assert admitted["actor"] == "officer Q4471"
    assert admitted["data"] == {"booking_id": "b1", "ticked": ["mum", "jac"]}
    await laptop.close()
    status, said = await laptop.verdict()
    assert status == 0, said


async def test_nobody_loosens_anything_without_an_officer(laptop: Laptop) -> None:
    await laptop.starts()
    laptop.is_due()
    assert laptop.shell is not None
    laptop.shell.say(Pressed(key=Key.OPEN_IDENTITY))
    await laptop.shell.shows("officer_admits")
    with pytest.raises(AssertionError, match="no list of officers yet"):
        await laptop.admits()
    assert "devices_opened" not in laptop.events()


@pytest.mark.attack("end-always")
@pytest.mark.attack("pin-guessing")
async def test_a_wrong_pin_is_counted_across_restarts_and_end_still_works(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    assert laptop.shell is not None
    laptop.shell.say(Pressed(key=Key.HOLD))
    await laptop.shell.shows("held")
    await laptop.journal_has("held")
    wrong = Credential(number=OFFICER.number, pin="135790")
    first = await laptop.asks(Resume(), wrong)
    assert not first.accepted
    assert re.fullmatch(r"That number and PIN do not fit. Try again in [1-5] seconds?.", first.text)  # since the try
    await laptop.has_recorded("pin_refused")  # a moment after the answer: a guard that is killed at once forgets it
    await laptop.kill()
    await laptop.starts()
    laptop.is_due()
    assert laptop.shell is not None
    await laptop.shell.shows("held")
    again = await laptop.asks(Resume())
    assert not again.accepted
    assert again.text.startswith("Wait ")
    laptop.shell.say(Pressed(key=Key.END_NOW))
    await laptop.shell.shows("goodbye")


@pytest.mark.attack("end-always")
async def test_end_by_command_works_while_a_pin_is_being_checked(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    asked = asyncio.create_task(laptop.asks(Lock()))
    status, said = await kiosk("end", "--runtime", str(laptop.runtime))
    assert (status, said) == (0, "Ended.\n")
    assert laptop.shell is not None
    await laptop.shell.shows("goodbye")
    asked.cancel()
    await laptop.has_recorded("end_asked")
    assert any(record["data"].get("how") == "command" for record in laptop.trail() if record["event"] == "end_asked")


async def test_an_outcome_is_carried_until_it_is_kept_and_a_reason_revises_it(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    assert laptop.shell is not None
    shell = laptop.shell
    shell.say(Pressed(key=Key.END_NOW))
    await shell.until(lambda: revisions(shell) == [1], "the outcome")
    answer = await laptop.asks(GiveReason(code=EndCode.INCIDENT))
    assert answer.accepted, answer.text
    assert revisions(shell) == [1, 2]


def revisions(shell: PlayedShell) -> list[int]:
    """Of the outcome, each once: a laptop says it again until it is kept."""
    carried = [message.message for message in shell.heard if isinstance(message, Carry)]
    return list(dict.fromkeys(each.revision for each in carried if isinstance(each, OutcomeReport)))


@pytest.mark.attack("kill-guard")
@pytest.mark.parametrize("state", ["held", "in_call", "officer_admits", "next_call"])
async def test_a_killed_guard_comes_back_to_the_call(laptop: Laptop, state: str) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    assert laptop.shell is not None
    if state in ("held", "in_call"):
        await laptop.is_live()
        await laptop.shell.receives(2.0)
    else:
        laptop.is_due()
        await laptop.shell.shows("next_call")
    if state == "held":
        laptop.shell.say(Pressed(key=Key.HOLD))
    if state == "officer_admits":
        laptop.shell.say(Pressed(key=Key.OPEN_IDENTITY))
    await laptop.shell.shows(state)
    await laptop.journal_has(STATES[state])
    talked_ms = _talked_ms(laptop.state)
    await laptop.kill()
    await laptop.starts()
    laptop.is_due()
    assert laptop.shell is not None
    await laptop.shell.shows("interrupted" if state == "in_call" else state)
    if state in ("held", "in_call"):
        assert _talked_ms(laptop.state) == pytest.approx(talked_ms, abs=1000)
    await laptop.close()
    status, said = await laptop.verdict()
    assert status in (0, 3), said


STATES = {"held": "held", "in_call": "live", "officer_admits": "identity", "next_call": "waiting"}


def _talked_ms(state: Path) -> int:
    """By the journal: from the start of talk to the last instant it is known to have lasted."""
    call = json.loads((state / "journal.json").read_text())["call"]
    began = [at for at, held in call["fair"]["changes"] if held["talking"]]
    ends = [at for at, held in call["fair"]["changes"] if not held["talking"] and began and at > began[0]]
    return int((ends[0] if ends else call["alive_ms"]) - began[0]) if began else 0


async def test_a_corrupt_journal_is_set_aside_and_said(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    (laptop.state / "journal.json").write_text('{"version":1,"call":')
    await laptop.starts()
    assert laptop.shell is not None
    laptop.is_due()
    await laptop.shell.shows("next_call")
    assert (laptop.state / "journal.unreadable").exists()
    await laptop.has_recorded("journal_unreadable")


@pytest.mark.attack("audit-changed")
async def test_a_trail_that_was_changed_puts_the_laptop_out_of_service_and_says_why(laptop: Laptop) -> None:
    await laptop.starts()
    await laptop.close()
    trail = laptop.state / "audit" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b"guard_started", b"guard_starred", 1))
    status, said = await laptop.verdict()
    assert (status, "1" in said) == (1, True)
    await laptop.starts()
    assert laptop.shell is not None
    laptop.is_due()
    scene = await laptop.shell.shows("out_of_service")
    assert scene.model_dump()["fault"] == "record_broken"
    assert "the audit trail" in laptop.log


async def test_an_ending_in_60_s_needs_a_pin_and_a_disabled_officer_has_none(laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    laptop.is_told_of(officer(OFFICER.number, OFFICER.pin, disabled=True))
    answer = await laptop.asks(EndSoon())
    assert (answer.accepted, answer.text) == (
        False,
        "You are not set up on this laptop any more. Ask a manager.",
    )


@pytest.mark.attack("end-always")
async def test_a_shell_that_hangs_does_not_hold_up_an_ending(laptop: Laptop) -> None:
    laptop.program = REAL
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    assert laptop.shell is not None
    laptop.shell.hangs = True
    await kiosk("end", "--runtime", str(laptop.runtime))
    await laptop.has_recorded("outcome")
    assert laptop.shell.scene is not None


async def test_swallowed_presses_are_on_record_with_their_number_and_a_camera_that_fails_with_its_call(
    laptop: Laptop,
) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    laptop.shell.say(KeysSwallowed(count=212))
    laptop.shell.say(ScreensNow(count=2, names=("eDP-1", "HDMI-A-1")))
    laptop.shell.say(KeysSwallowed(count=5))
    await laptop.has_recorded("presses_swallowed")
    recorded = [record["data"] for record in laptop.trail() if record["event"] == "presses_swallowed"]
    assert recorded == [{"count": 212}]
    laptop.is_due()
    laptop.shell.say(CameraNow(fault=CameraFault.FROZEN))
    laptop.shell.say(CameraNow())
    await laptop.has_recorded("camera_well")
    said = next(record for record in laptop.trail() if record["event"] == "camera_fault")
    assert said["data"] == {"booking_id": "b1", "fault": "frozen"}
