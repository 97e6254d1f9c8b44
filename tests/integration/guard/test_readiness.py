"""The guard lets the laptop check itself: recorded, joined with what is its own, told to service and officer."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from contract.documents import DocumentKind
from contract.readiness import CheckName, Light, Readiness
from kiosk.acceptance.drift import Difference, Subject
from kiosk.commands.drift import tell
from kiosk.ipc import (
    Alive,
    Carry,
    CheckYourself,
    Connect,
    DevicesShut,
    Disconnect,
    DocumentArrived,
    Key,
    LinkNow,
    Pressed,
    SelfChecked,
    Show,
)
from kiosk.policy.readiness import OF_THE_SHELL, Found, Trouble
from kiosk.self_check import STOPPED
from tests.fakes.authority import signed_sheet
from tests.fakes.bookings import booking, sheet
from tests.fakes.eventually import eventually
from tests.fakes.policies import signed_policy
from tests.integration.guard.laptop import WITHIN_S, Laptop, kiosk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
DARK = Found(check=CheckName.CAMERA, trouble=Trouble.CAMERA_DARK, found="light 1%")


def answers(laptop: Laptop, asked: CheckYourself, *found: Found) -> None:
    """The shell has looked: these troubles and no others."""
    assert laptop.shell is not None
    fine = (Found(check=c, found="fine") for c in sorted(OF_THE_SHELL) if c not in {each.check for each in found})
    laptop.shell.say(SelfChecked(check=asked.check, found=(*found, *fine)))


async def has_settled(laptop: Laptop) -> None:
    """There is a line, the lockdown has looked, and an officer is offered a check."""
    assert laptop.shell is not None
    shell = laptop.shell
    shell.say(LinkNow(up=True))
    await shell.until(
        lambda: any(m.panel.self_check.may_start for m in shell.heard if isinstance(m, Show)), "a check is offered"
    )


async def carried(laptop: Laptop) -> Readiness:
    """What the service is told of it."""
    assert laptop.shell is not None
    shell = laptop.shell

    def report() -> Readiness | None:
        told = [m.message for m in shell.heard if isinstance(m, Carry) and isinstance(m.message, Readiness)]
        return told[-1] if told else None

    return await eventually(report, WITHIN_S, "a report")


async def test_before_a_call_it_checks_itself_once_and_everybody_who_should_know_does(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    entry = booking(starts_at=datetime.now(UTC) + timedelta(minutes=19))
    laptop.shell.say(LinkNow(up=True))
    laptop.shell.say(DocumentArrived(kind=DocumentKind.SHEET, document=signed_sheet(sheet(entry))))
    asked = await laptop.shell.hears(CheckYourself)
    answers(laptop, asked, DARK)
    report = await carried(laptop)
    laptop.shell.say(DevicesShut())
    await laptop.has_recorded("self_check_shut")
    assert (report.booking_id, report.light) == ("b1", Light.RED)
    assert {row.check for row in report.rows} == set(CheckName)
    events = laptop.events()
    assert events.index("self_check_opened") < events.index("readiness_checked")
    shown = await eventually(
        lambda: next((m for m in laptop.shell.heard if isinstance(m, Show) and m.panel.self_check.last), None),  # type: ignore[union-attr]
        WITHIN_S,
        "the panel shows it",
    )
    assert shown.panel.self_check.last == report
    assert shown.scene.kind == "next_call"
    assert isinstance(next(m for m in reversed(laptop.shell.heard) if isinstance(m, Disconnect)), Disconnect)


async def test_an_officer_who_goes_on_with_a_call_stops_it(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    await has_settled(laptop)
    laptop.is_due()
    await laptop.shell.shows("next_call")
    laptop.shell.say(Pressed(key=Key.CHECK_LAPTOP))
    asked = await laptop.shell.hears(CheckYourself)
    so_far = len(laptop.shell.heard)
    laptop.shell.say(Pressed(key=Key.OPEN_IDENTITY))
    await laptop.shell.hears(Disconnect, after=so_far)
    laptop.shell.say(DevicesShut())
    await laptop.shell.hears(Connect, after=so_far)
    answers(laptop, asked)
    await laptop.has_recorded("self_check_shut")
    await laptop.shell.shows("officer_admits")
    laptop.shell.say(Pressed(key=Key.CHECK_LAPTOP))
    status, said = await kiosk("ready", "--runtime", str(laptop.runtime))
    assert (status, said) == (2, "kiosk: A call is on. The laptop checks itself when it is over.\n")
    assert "readiness_checked" not in laptop.events()
    assert len([m for m in laptop.shell.heard if isinstance(m, CheckYourself)]) == 1


async def asks_ready(laptop: Laptop) -> tuple[asyncio.Task[tuple[int, str]], CheckYourself]:
    """`kiosk ready`, which waits, and what the shell is asked."""
    assert laptop.shell is not None
    await has_settled(laptop)
    asking = asyncio.create_task(kiosk("ready", "--runtime", str(laptop.runtime)))
    return asking, await laptop.shell.hears(CheckYourself)


async def test_whoever_waits_for_a_check_is_told_when_the_guard_stops(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.guard is not None
    asking, _ = await asks_ready(laptop)
    laptop.guard.terminate()
    assert await asking == (2, f"kiosk: {STOPPED}\n")


async def test_a_newer_policy_waits_for_a_check_to_end(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    shell = laptop.shell
    asking, asked = await asks_ready(laptop)
    shell.say(DocumentArrived(kind=DocumentKind.POLICY, document=signed_policy(1)))
    looks = len([m for m in shell.heard if isinstance(m, Alive)]) + 3
    await shell.until(lambda: len([m for m in shell.heard if isinstance(m, Alive)]) >= looks, "three more looks")
    answers(laptop, asked)
    _, said = await asking
    assert "Ready for calls" in said
    await laptop.has_recorded("policy_in_force")


async def test_kiosk_ready_waits_for_the_result_and_says_it(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    await has_settled(laptop)
    asking = asyncio.create_task(kiosk("ready", "--json", "--runtime", str(laptop.runtime)))
    answers(laptop, await laptop.shell.hears(CheckYourself), DARK)
    status, said = await asking
    assert status == 1
    told = json.loads(said)
    (camera,) = [row for row in told["rows"] if row["check"] == "camera"]
    assert camera == {
        "check": "camera",
        "light": "red",
        "found": "light 1%",
        "fix": "Uncover the camera and switch the light on.",
    }


async def test_the_service_hears_of_a_laptop_that_is_not_as_it_was_accepted(laptop: Laptop) -> None:
    await laptop.starts()
    found = [Difference(Subject.HARDWARE, "The disk is another.")]
    assert await asyncio.to_thread(tell, laptop.runtime / "control.sock", found)
    await laptop.has_recorded("drift_checked")
    asking, asked = await asks_ready(laptop)
    answers(laptop, asked)
    report = await carried(laptop)
    await asking
    (row,) = [each for each in report.rows if each.check is CheckName.ACCEPTED]
    assert (row.light, row.found.partition(": ")[2]) == (Light.AMBER, "not as accepted: hardware")
