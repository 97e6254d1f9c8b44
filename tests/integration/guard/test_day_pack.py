"""A real guard, killed and started again with no network: today's calls and photos are there, and never in plain."""

import base64
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract.documents import DocumentKind
from kiosk.ipc import DocumentArrived, FetchPhoto, Key, LinkNow, Photo, PhotoArrived, PhotoWanted, Pressed
from kiosk.lockdown.vault import open_vault
from kiosk.ports import SecretName
from kiosk.scenes import OfficerAdmits
from tests.fakes.authority import signed_sheet
from tests.fakes.bookings import JAC, MUM, booking, sheet
from tests.fakes.eventually import eventually
from tests.integration.guard.laptop import PATIENT, WITHIN_S, Laptop

FACE = b"\xff\xd8\xff\xe0 JFIF a face"
SHA = hashlib.sha256(FACE).hexdigest()


@pytest.fixture
async def laptop(tmp_path: Path) -> AsyncIterator[Laptop]:
    vault = tmp_path / "vault"
    open_vault(on_laptop=False, folder=vault).write(SecretName.PACK_KEY, base64.b64encode(os.urandom(32)).decode())
    laptop = Laptop(tmp_path, guard=(*PATIENT, "--vault", str(vault)))
    yield laptop
    await laptop.close()


async def test_a_guard_that_comes_back_with_no_network_has_todays_calls_and_photos(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    entry = booking(starts_at=laptop.starts_at, participants=(MUM.model_copy(update={"photo": SHA}), JAC))
    laptop.shell.say(LinkNow(up=True))
    today = sheet(entry).model_copy(update={"day": laptop.starts_at.date(), "issued_at": laptop.starts_at})
    laptop.shell.say(DocumentArrived(kind=DocumentKind.SHEET, document=signed_sheet(today)))
    assert (await laptop.shell.hears(FetchPhoto)).sha256 == SHA
    laptop.shell.say(PhotoArrived(sha256=SHA, content=base64.b64encode(FACE).decode()))
    await eventually(lambda: len(list((laptop.state / "pack").glob("[0-9a-f]*"))) == 2, WITHIN_S, "both entries")
    await laptop.kill()

    await laptop.starts()
    laptop.shell.say(LinkNow(up=False))
    await laptop.shell.shows("next_call")
    laptop.shell.say(Pressed(key=Key.OPEN_IDENTITY))
    shown = await laptop.shell.shows("officer_admits")
    assert isinstance(shown, OfficerAdmits)
    laptop.shell.say(PhotoWanted(sha256=SHA))
    assert base64.b64decode((await laptop.shell.hears(Photo)).content) == FACE
    await laptop.has_recorded("pack_sheet_used")
    for path in (each for each in laptop.state.rglob("*") if each.is_file()):
        for told in (b"Huws", b"A1234BC", b"JFIF", SHA.encode()):
            assert told not in path.read_bytes(), path
