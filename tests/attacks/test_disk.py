"""The laptop's disk is full, has no inode left, or turns read-only: no new call, the running one as before, END works.

Tier U: a real guard process on a real small ext4; the shell is played.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.documents import DocumentKind
from contract.record import OutcomeReport
from contract.words import Purpose
from kiosk.deeds import Admit, Resume
from kiosk.ipc import Carry, Connect, DocumentArrived, Key, Pressed
from tests.attacks.disk import SmallDisk, small_disk
from tests.fakes.authority import signed_sheet
from tests.fakes.bookings import revoked, sheet
from tests.fakes.eventually import eventually
from tests.integration.guard.laptop import WITHIN_S, Laptop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "state", tmp_path / "disk.img") as disk:
        yield disk


async def is_refused_a_call(laptop: Laptop) -> str:
    """The officer tries to start the call that is due; the sentence that bars it."""
    assert laptop.shell is not None
    laptop.shell.say(Pressed(key=Key.OPEN_IDENTITY))
    await laptop.shell.shows("officer_admits")
    answer = await laptop.asks(Admit(ticked=("mum", "jac")))
    assert not answer.accepted
    assert not [each for each in laptop.shell.heard if isinstance(each, Connect) and each.purpose is Purpose.CALL]
    return answer.text


async def knows_its_day(laptop: Laptop) -> None:
    """The sheet has been taken while it could still be kept, so that it is not what is tried here."""
    laptop.is_due()
    assert laptop.shell is not None
    await laptop.shell.shows("next_call")


async def goes_on_and_is_not_resumed(laptop: Laptop) -> None:
    """The call goes on; held, it is not resumed, with a sentence."""
    assert laptop.shell is not None
    await laptop.shell.receives(1)
    laptop.shell.say(Pressed(key=Key.HOLD))
    await laptop.shell.shows("held")
    refused = await laptop.asks(Resume())
    assert not refused.accepted
    assert refused.text


async def is_ended(laptop: Laptop) -> None:
    assert laptop.shell is not None
    laptop.shell.say(Pressed(key=Key.END_NOW))
    await laptop.shell.shows("goodbye")


@pytest.mark.attack("disk-inodes")
async def test_with_no_inode_left_no_call_is_admitted(disk: SmallDisk, laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await knows_its_day(laptop)
    async with laptop.stands_still():
        disk.takes_every_inode()
    assert "cannot keep count" in await is_refused_a_call(laptop)


@pytest.mark.attack("disk-inodes")
async def test_with_no_inode_left_a_call_goes_on_and_its_end_is_recorded(disk: SmallDisk, laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    async with laptop.stands_still():
        disk.takes_every_inode()
    await goes_on_and_is_not_resumed(laptop)
    await is_ended(laptop)
    await laptop.has_recorded("outcome")
    disk.has_room_again()
    await laptop.close()
    status, said = await laptop.verdict()
    assert status in (0, 3), said


@pytest.mark.attack("disk-read-only")
async def test_on_a_disk_that_turned_read_only_a_ban_holds_the_running_call(disk: SmallDisk, laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    disk.becomes_read_only()
    assert laptop.shell is not None
    document = signed_sheet(sheet(serial=2, revoked=(revoked(),)))
    laptop.shell.say(DocumentArrived(kind=DocumentKind.SHEET, document=document))
    await laptop.shell.shows("held")
    await is_ended(laptop)


@pytest.mark.attack("disk-read-only")
async def test_on_a_disk_that_turned_read_only_no_call_is_admitted(disk: SmallDisk, laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await knows_its_day(laptop)
    disk.becomes_read_only()
    assert await is_refused_a_call(laptop)


@pytest.mark.attack("disk-read-only")
async def test_on_a_disk_that_turns_read_only_a_call_goes_on_and_the_service_hears_of_its_end(
    disk: SmallDisk, laptop: Laptop
) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    disk.becomes_read_only()
    await goes_on_and_is_not_resumed(laptop)
    await is_ended(laptop)
    assert laptop.shell is not None
    heard = laptop.shell.heard
    await laptop.shell.until(
        lambda: any(isinstance(each, Carry) and isinstance(each.message, OutcomeReport) for each in heard),
        "the outcome",
    )
    await laptop.close()
    assert "the audit trail is broken" in laptop.log
    disk.unmount()
    assert disk.mount()  # repaired
    status, said = await laptop.verdict()
    assert status in (0, 3), said


async def ends_on_a_full_disk_and_loses_power(disk: SmallDisk, laptop: Laptop, *, reserve: bool) -> None:
    """What is not on the disk by then is lost."""
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    if not reserve:
        (disk.place / "audit" / "reserve").unlink()
    async with laptop.stands_still():
        disk.fills()
    await is_ended(laptop)
    if reserve:
        await laptop.has_recorded("outcome")
    else:  # all of it was tried, since more than one try began after the goodbye
        tried = laptop.log.count("the disk is full")
        await eventually(
            lambda: laptop.log.count("the disk is full") > tried + 1, WITHIN_S, "the records were tried again"
        )
    await laptop.kill()
    disk.has_room_again()


@pytest.mark.attack("disk-full")
async def test_the_end_of_a_call_on_a_full_disk_is_recorded_in_the_reserve(disk: SmallDisk, laptop: Laptop) -> None:
    await ends_on_a_full_disk_and_loses_power(disk, laptop, reserve=True)
    assert "outcome" in laptop.events()


@pytest.mark.attack("disk-full")
async def test_without_the_reserve_the_end_of_a_call_on_a_full_disk_is_lost(disk: SmallDisk, laptop: Laptop) -> None:
    await ends_on_a_full_disk_and_loses_power(disk, laptop, reserve=False)
    assert "outcome" not in laptop.events()
