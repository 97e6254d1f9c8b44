"""Keys that change while laptops are connected, or are being enrolled: who is told, and when that counts."""

from datetime import timedelta
from pathlib import Path

from contract.documents import DocumentKind
from contract.enrolment import EnrolAsked
from contract.envelope import header_of
from contract.laptop_link import Document
from tests.fakes.eventually import eventually
from tests.fakes.service_keys import NAMES, ClientFiles, client_context, enrolled
from tests.fakes.visits import NOON, FakeServiceClock
from tests.integration.service.harness import PATIENCE_S, Running, laptop, linked, running
from tests.integration.service.test_identity import ASKED, make_code
from visits.api.documents import TOLD_AFTER_S
from visits.api.enrolment import Desk
from visits.demo_data.seed import Seeded
from visits.keys.folder import make_keys
from visits.keys.live import LiveKeys
from visits.keys.rotation import Rotation, keys_document
from visits.keys.signer import DOCUMENTS
from visits.store.documents import is_told_of_keys, put_document
from visits.store.key_sets import publish_keys


async def test_a_key_that_is_rotated_signs_the_sheets_of_a_laptop_that_is_connected(
    file: Path, seeded: Seeded, clock: FakeServiceClock, tmp_path: Path
) -> None:
    folder = tmp_path / "own.keys"
    make_keys(folder, NAMES, NOON)

    async with running(file, clock, keys=LiveKeys(folder)) as service:
        board = service.board
        issued = await board.store.write(enrolled, seeded.laptop, NOON, board.issue)
        tls = client_context(ClientFiles.written(service.folder, "own", issued.pem), board.keys.authority.pem)
        async with linked(service, tls) as peer:
            _, before, _ = await peer.hello()
            old = board.keys.signer.key_id
            told = []
            Rotation(folder).rotate(DOCUMENTS, lambda keys, signer: told.append((keys, signer)))
            ((keys, signer),) = told
            await board.store.write(
                publish_keys, lambda name, serial: keys_document(keys, signer, name, serial, NOON), NOON
            )
            await eventually(lambda: board.keys.signer.key_id != old, PATIENCE_S, "the new key is in use")
            keys_told = await peer.hear_a(Document, lambda document: document.kind is DocumentKind.KEYS)
            anew = await peer.hear_a(Document, lambda document: document.kind is DocumentKind.SHEET)
    assert header_of(keys_told.document, DocumentKind.KEYS).kid == signer.key_id
    header = header_of(anew.document, DocumentKind.SHEET)
    assert (header.kid, header.serial) == (board.keys.signer.key_id, before.serial + 1)


async def test_a_laptop_counts_as_told_of_new_keys_once_its_line_has_stayed_up_since(
    service: Running, seeded: Seeded
) -> None:
    store, told = service.board.store, []

    async def look() -> None:
        await service.board.documents.note_told()
        told.append(await store.read(is_told_of_keys, 1, 7))

    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await store.write(put_document, DocumentKind.KEYS, 1, None, 7, "the next keys")
        await peer.hear_a(Document, lambda pushed: pushed.document == "the next keys")
        await look()
    await eventually(lambda: not service.board.laptops.has_place(1), PATIENCE_S, "the laptop is gone")
    service.clock.advance(timedelta(seconds=TOLD_AFTER_S))
    await look()
    async with laptop(service, seeded.laptop) as peer:
        await peer.say("hello", protocol=1, software="test")
        await peer.hear_a(Document, lambda pushed: pushed.document == "the next keys")
        await look()
        service.clock.advance(timedelta(seconds=TOLD_AFTER_S))
        await look()
    assert told == [False, False, False, True]


async def test_a_laptop_enrolled_while_keys_change_is_given_the_new_ones_and_the_others_are_served_all_the_same(
    file: Path, seeded: Seeded, clock: FakeServiceClock, tmp_path: Path
) -> None:
    folder = tmp_path / "own.keys"
    make_keys(folder, NAMES, NOON)

    async with running(file, clock, keys=LiveKeys(folder)) as service:
        board = service.board
        issued = await board.store.write(enrolled, seeded.laptop, NOON, board.issue)
        await make_code(service, "Laptop 2")
        tls = client_context(ClientFiles.written(service.folder, "own", issued.pem), board.keys.authority.pem)
        async with linked(service, tls) as peer:
            await peer.hello()
            new = Rotation(folder).rotate(DOCUMENTS, lambda _keys, _signer: None)
            given = await Desk(board).enrol(EnrolAsked.model_validate(ASKED))
            anew = await peer.hear_a(Document, lambda document: document.kind is DocumentKind.SHEET)
    assert new in {key.key_id for key in given.keys.keys}
    assert header_of(anew.document, DocumentKind.SHEET).kid == new
