"""A real guard and signed documents: wrong ones leave all as it is, on record, and no restart forgets the marks."""

from pathlib import Path

import pytest

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Audience
from contract.sheet import CallSheet
from kiosk.ipc import DocumentArrived, Key, LinkNow, Pressed
from tests.fakes.authority import ESTABLISHMENT, OFFLINE, ONLINE, document_key, signed_keys, signed_sheet
from tests.fakes.bookings import booking, sheet
from tests.fakes.eventually import eventually
from tests.integration.guard.laptop import WITHIN_S, Laptop

pytestmark = [pytest.mark.slow, pytest.mark.attack("sheet-bad", tier="U")]
OTHER_LAPTOP = Audience(establishment=ESTABLISHMENT, laptop="Visits 2")


def due(laptop: Laptop, serial: int) -> CallSheet:
    """The booking of the test, on a sheet of this serial."""
    return sheet(booking(starts_at=laptop.starts_at, hard_stop_after_s=2700), serial=serial)


def sends(laptop: Laptop, *documents: str, kind: DocumentKind = DocumentKind.SHEET) -> None:
    assert laptop.shell is not None
    for document in documents:
        laptop.shell.say(DocumentArrived(kind=kind, document=document))


def refused(laptop: Laptop) -> list[str]:
    return [record["data"]["why"] for record in laptop.trail() if record["event"] == "document_refused"]


async def has_refused(laptop: Laptop, *why: DocumentFault) -> None:
    await eventually(lambda: refused(laptop) == list(why), WITHIN_S, f"refused for {why}")


def spoils(laptop: Laptop, what: str) -> Path:
    """One of the files of what the laptop trusts is not as it was written."""
    folder: Path = laptop.identity if what == "identity.json" else laptop.state
    folder.mkdir(exist_ok=True)
    (folder / what).write_text("spoilt")
    return folder / what


def is_as_it_was(spoilt: Path) -> bool:
    """Left for whoever looks into it: nothing begins anew by itself."""
    return spoilt.read_text() == "spoilt"


async def test_wrong_documents_leave_the_call_as_it_is_and_no_restart_forgets_what_was_obeyed(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    laptop.shell.say(LinkNow(up=True))
    first, second = signed_sheet(due(laptop, 1)), signed_sheet(due(laptop, 2))
    sends(laptop, first, second)
    await laptop.shell.shows("next_call")
    wrong = (
        signed_sheet(sheet(serial=3), signer="stranger"),
        signed_sheet(sheet(serial=3), aud=OTHER_LAPTOP),
        first,
        signed_sheet(sheet(serial=2)),
    )
    sends(laptop, *wrong, *wrong[-1:] * 20)
    whys = (
        DocumentFault.WRONGLY_SIGNED,
        DocumentFault.OTHER_LAPTOP,
        DocumentFault.ROLLED_BACK,
        DocumentFault.SERIAL_USED_TWICE,
    )
    await has_refused(laptop, *whys)
    assert laptop.shell.scene is not None
    assert laptop.shell.scene.kind == "next_call"

    await laptop.kill()
    await laptop.starts()
    laptop.shell.say(LinkNow(up=True))
    sends(laptop, first, signed_sheet(sheet(serial=2)), second)
    await has_refused(laptop, *whys, DocumentFault.ROLLED_BACK, DocumentFault.SERIAL_USED_TWICE)
    await laptop.shell.shows("next_call")
    taken = [record["data"]["serial"] for record in laptop.trail() if record["event"] == "document_taken"]
    assert taken == [1, 2]
    await laptop.close()  # the head of a guard that runs may be behind its trail
    status, said = await laptop.verdict()
    assert status == 0, said


async def test_a_new_key_is_named_by_the_old_one_and_its_sheet_may_come_first(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    laptop.shell.say(LinkNow(up=True))
    sends(laptop, signed_sheet(due(laptop, 1), kid="online-2"))
    await has_refused(laptop, DocumentFault.UNKNOWN_KEY)
    keys = signed_keys(document_key("online-2", ONLINE), document_key("offline-2", OFFLINE))
    sends(laptop, keys, kind=DocumentKind.KEYS)
    await laptop.shell.shows("next_call")
    sends(laptop, signed_sheet(due(laptop, 2)))
    await has_refused(laptop, DocumentFault.UNKNOWN_KEY, DocumentFault.UNKNOWN_KEY)


@pytest.mark.parametrize("what", ["identity.json", "trust.json"])
async def test_a_laptop_that_does_not_know_whom_to_trust_opens_nothing_says_so_and_can_still_end(
    laptop: Laptop, what: str
) -> None:
    spoilt = spoils(laptop, what)
    await laptop.starts()
    assert laptop.shell is not None
    laptop.shell.say(LinkNow(up=True))
    sends(laptop, signed_sheet(due(laptop, 1)))
    scene = await laptop.shell.shows("out_of_service")
    bar, why = ("not_enrolled", "not_enrolled") if what == "identity.json" else ("record_broken", "no_record")
    assert scene.model_dump()["fault"] == bar
    await has_refused(laptop, DocumentFault(why))
    assert is_as_it_was(spoilt)
    laptop.shell.say(Pressed(key=Key.END_NOW))
    await laptop.has_recorded("end_asked")
