"""Attack: on what a laptop obeys, by whoever can send it documents: a zoo of wrong ones, each refused for its reason.

Whatever comes, the one before stays in force, in memory and on the disk, and the cost is bounded.
"""

import asyncio
import base64
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.documents import LONGEST_BYTES, DocumentFault, DocumentKind
from contract.envelope import Envelope, NotAccepted
from contract.strict import LONGEST_SHEET_BYTES
from kiosk.errors import LockdownError
from kiosk.lockdown.identity_file import IDENTITY_NAME, find_identity
from kiosk.lockdown.shell_socket import ShellSocket
from kiosk.lockdown.trust_file import FILE_NAME, TrustFile
from tests.fakes.authority import base64url, compact, document_key, enrolled, signed, signed_keys, signed_sheet
from tests.fakes.trusting import IN_FORCE, Trusting, sheet_of_serial
from tests.fakes.wrong_documents import DEEP, NEXT, WRONG, right, saying

pytestmark = pytest.mark.attack("sheet-bad", tier="U")
GIGABYTE = 1 << 30
BEARABLE_BYTES = 24 << 20  # for a sheet of the largest size, copied as often as it is read
SMALL_BYTES = 4 << 20
ELSEWHERE = {  # tried below, or with the whole of the guard: no text alone brings these about
    DocumentFault.NOT_ENROLLED,
    DocumentFault.NO_RECORD,
    DocumentFault.NOT_READABLE_HERE,
    DocumentFault.NOT_KEPT,
}


@pytest.fixture
def laptop(tmp_path: Path) -> Trusting:
    laptop = Trusting(tmp_path)
    laptop.has_a_sheet()
    return laptop


@contextmanager
def costs_at_most(most_bytes: int) -> Iterator[None]:
    """What is done inside takes no more memory than this at any time."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before <= most_bytes, f"{(peak - before) >> 20} MB"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Trusting:
    """One that stands through all that hypothesis thinks of: nothing of it may change anything."""
    laptop = Trusting(tmp_path_factory.mktemp("laptop"))
    laptop.has_a_sheet()
    return laptop


# ---- the zoo ----


@pytest.mark.parametrize(("text", "fault"), WRONG.values(), ids=WRONG)
def test_a_wrong_sheet_is_refused_for_its_reason_and_the_one_before_stays(
    laptop: Trusting, text: str, fault: DocumentFault
) -> None:
    assert laptop.refuses(text) is fault
    assert laptop.documents.refused.faults == {DocumentKind.SHEET: fault}
    assert laptop.record.of("document_refused") == [{"kind": DocumentKind.SHEET, "why": fault}]
    assert laptop.restarts().serial() == IN_FORCE


def test_after_the_whole_zoo_a_right_sheet_is_taken_as_if_nothing_had_been(laptop: Trusting) -> None:
    for text, fault in WRONG.values():
        assert laptop.refuses(text) is fault
    assert laptop.obeys_sheet(right()).serial == NEXT
    assert laptop.documents.refused.faults == {}


def test_the_zoo_has_every_way_in_which_a_document_can_be_wrong() -> None:
    assert {fault for _, fault in WRONG.values()} | ELSEWHERE == set(DocumentFault)


@pytest.mark.parametrize("kind", [DocumentKind.POLICY, DocumentKind.ROSTER, DocumentKind.KEYS, DocumentKind.TIME])
def test_a_right_sheet_passes_for_nothing_else(laptop: Trusting, kind: DocumentKind) -> None:
    wrong = {DocumentFault.WRONG_KIND, DocumentFault.TOO_LARGE}
    assert laptop.refuses(right(), kind) in wrong


def test_what_is_encrypted_to_another_laptop_is_refused_and_does_not_count(laptop: Trusting) -> None:
    def locked(_envelope: Envelope) -> None:
        raise NotAccepted(DocumentFault.NOT_READABLE_HERE)

    text = signed(DocumentKind.ROSTER, b"sealed")
    with pytest.raises(Exception, match="encrypted to another laptop"):
        laptop.documents.read(DocumentKind.ROSTER, text, locked)
    assert laptop.documents.in_force(DocumentKind.ROSTER) is None


@pytest.mark.parametrize(
    "says",
    [b"", b"{}", b'{"keys":[]}', b'{"keys":[],"keys":[]}', DEEP[5000:-5000].encode(), b"\xff"],
    ids=["nothing", "no list", "no key", "twins", "5,000 deep", "no text"],
)
def test_keys_that_are_none_change_no_key(laptop: Trusting, says: bytes) -> None:
    assert laptop.refuses(signed(DocumentKind.KEYS, says), DocumentKind.KEYS) in {
        DocumentFault.BAD_CONTENT,
        DocumentFault.MALFORMED,
    }
    assert laptop.obeys_sheet(right()).serial == NEXT


def test_the_key_of_every_day_cannot_name_other_keys(laptop: Trusting) -> None:
    own = document_key("mallory", frozenset(DocumentKind))
    assert laptop.refuses(signed_keys(own, kid="online-demo"), DocumentKind.KEYS) is DocumentFault.KEY_MAY_NOT
    assert laptop.refuses(signed_keys(own, kid="mallory"), DocumentKind.KEYS) is DocumentFault.UNKNOWN_KEY


# ---- whatever else comes ----


@pytest.mark.slow
@given(place=st.integers(0, len(right()) - 1), bit=st.integers(0, 6))
def test_no_bit_of_a_document_can_be_turned(standing: Trusting, place: int, bit: int) -> None:
    turned = chr(ord(right()[place]) ^ (1 << bit))
    standing.refuses(right()[:place] + turned + right()[place + 1 :])
    assert standing.serial() == IN_FORCE


@pytest.mark.slow
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7), part=st.integers(0, 2))
def test_no_bit_of_what_is_encoded_can_be_turned(standing: Trusting, place: int, bit: int, part: int) -> None:
    parts = right().split(".")
    raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=="))
    raw[place % len(raw)] ^= 1 << bit
    parts[part] = base64url(bytes(raw))
    standing.refuses(".".join(parts))


@given(length=st.integers(0, len(right()) - 1))
def test_a_document_that_was_cut_off_is_refused(standing: Trusting, length: int) -> None:
    standing.refuses(right()[:length])


@given(text=st.text(max_size=500))
def test_any_text_is_refused(standing: Trusting, text: str) -> None:
    standing.refuses(text)


@pytest.mark.slow
@given(protected=st.binary(max_size=300), says=st.binary(max_size=300))
def test_any_bytes_with_a_right_signature_are_refused(standing: Trusting, protected: bytes, says: bytes) -> None:
    standing.refuses(compact(protected, says, "online-demo"))
    standing.refuses(saying(says))


# ---- what it costs ----


def test_a_document_of_any_length_costs_no_more_than_a_look_at_its_length(laptop: Trusting) -> None:
    huge = "A" * (128 << 20)
    with costs_at_most(SMALL_BYTES):
        assert laptop.refuses(huge) is DocumentFault.TOO_LARGE


@pytest.mark.parametrize(
    "says",
    [
        b"[" * 700_000,
        b'{"a":' * 130_000,
        b'{"bookings":[' + b"{}," * 200_000 + b"{}]}",
        b'{"bookings":[' + b"{}," * 9_000 + b"{}]}",
        b'{"bookings":[' + b"1," * 300_000 + b"1]}",
        b'"' + b"\\u0000" * 110_000 + b'"',
        b"9" * 700_000,
        b'{"' + b'":1,"'.join(b"%d" % number for number in range(50_000)) + b'":1}',
    ],
    ids=[
        "lists in lists",
        "objects in objects",
        "empty bookings",
        "fewer",
        "numbers",
        "escapes",
        "one number",
        "fields",
    ],
)
def test_the_largest_signed_nonsense_costs_bearable_memory(laptop: Trusting, says: bytes) -> None:
    text = saying(says)
    assert len(text) <= LONGEST_BYTES[DocumentKind.SHEET]
    with costs_at_most(BEARABLE_BYTES):
        assert laptop.refuses(text) is DocumentFault.BAD_CONTENT


@pytest.mark.parametrize("name", [FILE_NAME, IDENTITY_NAME])
def test_a_file_of_a_gigabyte_is_read_no_further_than_it_may_be_long(tmp_path: Path, name: str) -> None:
    enrolled(tmp_path)
    with (tmp_path / name).open("wb") as file:
        file.truncate(GIGABYTE)  # a hole: it takes no place on the disk
    with costs_at_most(SMALL_BYTES), pytest.raises(LockdownError):
        TrustFile(tmp_path).read() if name == FILE_NAME else find_identity(tmp_path)


@pytest.mark.parametrize(
    "begun", [b'{"type":"document","kind":"visit-sheet","document":"', b'{"type":"alive","more":[']
)
async def test_a_line_of_a_gigabyte_into_the_guards_socket_is_cut_off_at_its_limit(
    tmp_path: Path, begun: bytes
) -> None:
    heard: list[object] = []
    socket = ShellSocket(tmp_path / "guard.sock", is_shell=lambda *_: True, on_fact=heard.append, on_gone=lambda: None)
    await socket.open()
    _, writer = await asyncio.open_unix_connection(tmp_path / "guard.sock")
    sent = 0
    with costs_at_most(BEARABLE_BYTES):
        try:
            writer.write(b'{"type":"hello","pid":1}\n' + begun)
            while sent < GIGABYTE:
                writer.write(b"[" * 65_536)
                await writer.drain()
                sent += 65_536
        except ConnectionError:
            pass
    assert sent < 8 * LONGEST_SHEET_BYTES
    assert len(heard) == 1  # the hello
    writer.close()
    await socket.close()


def test_a_flood_of_different_wrong_documents_does_not_fill_the_trail(laptop: Trusting) -> None:
    for number in range(1000):
        laptop.refuses(f"nonsense {number}")
    assert len(laptop.record.of("document_refused")) <= 10
    laptop.clock.advance(60)
    laptop.refuses("nonsense again")
    assert laptop.record.of("document_refused")[-1]["unrecorded"] == 990


def test_an_old_sheet_stays_old_after_any_number_of_restarts(laptop: Trusting) -> None:
    before = signed_sheet(sheet_of_serial(IN_FORCE - 1))
    for _ in range(3):
        assert laptop.restarts().refuses(before) is DocumentFault.ROLLED_BACK
