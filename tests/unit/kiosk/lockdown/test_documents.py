"""Signed documents taken in: kept before they are obeyed, recorded once, and handed to whoever obeys their kind."""

import json
import stat
from pathlib import Path

import pytest

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Envelope, NotAccepted
from contract.words import Use
from kiosk.errors import LockdownError, Unavailable, Untrusted
from kiosk.ipc import DocumentArrived
from kiosk.lockdown.document_desk import DocumentDesk
from kiosk.lockdown.documents import KEPT_AGAIN_MS, Documents
from kiosk.lockdown.enrolled import trusted_here
from kiosk.lockdown.own import own_from
from kiosk.lockdown.trust_file import FILE_NAME, TrustFile
from kiosk.trust_kept import TrustKept
from kiosk.trusted import Refusal, Trusted
from tests.fakes.authority import OFFLINE, ONLINE, document_key, enrolled, identity, signed, signed_keys, signed_sheet
from tests.fakes.clock import FakeClock
from tests.fakes.record import FakeRecord
from tests.fakes.trusting import IN_FORCE, Trusting, sheet_of_serial

KEYS, POLICY, SHEET = DocumentKind.KEYS, DocumentKind.POLICY, DocumentKind.SHEET
SAME = signed_sheet(sheet_of_serial(IN_FORCE))
NEXT = signed_sheet(sheet_of_serial(IN_FORCE + 1))


@pytest.fixture
def laptop(tmp_path: Path) -> Trusting:
    return Trusting(tmp_path)


class FullDisk:
    """Keeps nothing until it has room; `asked` is what it was asked to keep."""

    def __init__(self) -> None:
        self.asked: list[TrustKept] = []
        self.has_room = False

    def keep(self, kept: TrustKept) -> None:
        self.asked.append(kept)
        if not self.has_room:
            raise Unavailable("The record of signed documents cannot be written: No space left on device.")


# ---- kept before it is obeyed ----


def test_keys_and_rules_that_cannot_be_kept_are_not_obeyed() -> None:
    disk, record = FullDisk(), FakeRecord()
    documents = Documents(Trusted(identity()), disk, FakeClock(), record)
    with pytest.raises(Refusal, match="could not keep it"):
        documents.read(POLICY, signed(POLICY, b"rules"), lambda envelope: envelope)
    with pytest.raises(Refusal, match="could not keep it"):
        documents.keys(signed_keys(document_key("online-2", ONLINE), document_key("offline-2", OFFLINE)))
    assert len(disk.asked) == 2
    assert documents.in_force(POLICY) is None
    assert record.of("document_taken") == []
    assert documents.refused.faults == {POLICY: DocumentFault.NOT_KEPT, KEYS: DocumentFault.NOT_KEPT}


@pytest.mark.attack("disk-full", tier="U")
def test_a_sheet_that_cannot_be_kept_counts_says_so_and_is_kept_as_soon_as_there_is_room() -> None:
    disk, record, clock = FullDisk(), FakeRecord(), FakeClock()
    documents = Documents(Trusted(identity()), disk, clock, record)
    documents.sheet(SAME)
    documents.sheet(NEXT)
    newest = documents.in_force(SHEET)
    assert newest is not None
    assert newest.serial == IN_FORCE + 1
    with pytest.raises(Refusal, match="older"):
        documents.sheet(SAME)
    assert documents.unkept == {SHEET}
    assert record.of("document_not_kept") == [{"kind": SHEET}]  # once
    disk.has_room = True
    documents.keep_again()
    assert documents.unkept == {SHEET}  # not at every look
    clock.advance(KEPT_AGAIN_MS / 1000)
    documents.keep_again()
    assert documents.unkept == frozenset()
    assert newest in disk.asked[-1].in_force


def test_what_is_wrong_inside_never_reaches_the_disk(laptop: Trusting, tmp_path: Path) -> None:
    def wrong(_envelope: Envelope) -> None:
        raise NotAccepted(DocumentFault.BAD_CONTENT)

    with pytest.raises(Refusal):
        laptop.documents.read(POLICY, signed(POLICY, b"rules"), wrong)
    assert not (tmp_path / FILE_NAME).exists()


def test_what_is_taken_is_on_the_disk_for_the_guard_alone(laptop: Trusting, tmp_path: Path) -> None:
    laptop.obeys_sheet(SAME)
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert laptop.restarts().serial() == IN_FORCE


def test_the_newest_policy_is_kept_whole(laptop: Trusting) -> None:
    assert laptop.documents.policy is None
    text = signed(POLICY, b"rules")
    laptop.obeys(POLICY, text)
    laptop.obeys_sheet(SAME)
    laptop.documents.keys(signed_keys(document_key("online-2", ONLINE), document_key("offline-2", OFFLINE)))
    assert laptop.restarts().documents.policy == text
    assert laptop.obeys(POLICY, text).payload == b"rules"


# ---- a record that is not as it was left ----


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"{}", b"null", b'{"enrolled":', b"\x00" * 400, b"[" * 10_000],
    ids=["empty", "nothing in it", "null", "torn", "zeros", "deep"],
)
def test_a_laptop_whose_record_is_spoilt_obeys_nothing_and_says_why(
    laptop: Trusting, tmp_path: Path, spoilt: bytes
) -> None:
    laptop.obeys_sheet(SAME)
    (tmp_path / FILE_NAME).write_bytes(spoilt)
    laptop.restarts()
    assert laptop.refuses(NEXT) is DocumentFault.NO_RECORD
    assert (tmp_path / FILE_NAME).read_bytes() == spoilt
    with pytest.raises(LockdownError, match=r"does not check out\. Enrol the laptop again"):
        TrustFile(tmp_path).read()


def test_every_field_of_the_record_must_be_there_and_right(laptop: Trusting, tmp_path: Path) -> None:
    laptop.obeys_sheet(SAME)
    path = tmp_path / FILE_NAME
    kept = json.loads(path.read_text())
    for name in ("enrolled", "keys"):
        path.write_text(json.dumps({other: value for other, value in kept.items() if other != name}))
        with pytest.raises(LockdownError):
            TrustFile(tmp_path).read()


def test_a_record_that_may_not_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert trusted_here(identity(), TrustFile(tmp_path)).kept is None


def test_an_identity_for_another_use_is_none(tmp_path: Path) -> None:
    live, demo = enrolled(tmp_path / "live", Use.LIVE), enrolled(tmp_path / "demo")
    assert own_from(live, tmp_path / "vault", on_laptop=False).identity is None
    assert own_from(demo, None, on_laptop=True).identity is None
    assert own_from(demo, tmp_path / "vault", on_laptop=False).identity == identity()


# ---- on record ----


def test_a_document_is_recorded_once_however_often_it_comes(laptop: Trusting) -> None:
    for _ in range(3):
        laptop.obeys_sheet(SAME)
        laptop.refuses("nonsense")
    assert laptop.record.of("document_taken") == [{"kind": SHEET, "serial": IN_FORCE}]
    assert laptop.record.of("document_refused") == [{"kind": SHEET, "why": DocumentFault.MALFORMED}]


def test_a_refused_document_that_comes_again_and_again_is_recorded_once(laptop: Trusting) -> None:
    for _ in range(50):
        laptop.refuses("nonsense")
    assert len(laptop.record.of("document_refused")) == 1


def test_the_officer_is_told_of_the_newest_of_each_kind_until_a_right_one_comes(laptop: Trusting) -> None:
    laptop.refuses("nonsense", POLICY)
    laptop.refuses(signed_sheet(sheet_of_serial(1), kid="stranger"))
    assert laptop.documents.refused.faults == {
        POLICY: DocumentFault.MALFORMED,
        SHEET: DocumentFault.UNKNOWN_KEY,
    }
    laptop.obeys_sheet(SAME)
    assert laptop.documents.refused.faults == {POLICY: DocumentFault.MALFORMED}


# ---- the desk ----


def arrived(kind: DocumentKind, text: str) -> DocumentArrived:
    return DocumentArrived(kind=kind, document=text)


def test_keys_are_taken_by_the_guard_itself(laptop: Trusting) -> None:
    desk = DocumentDesk(laptop.documents)
    desk.arrived(arrived(KEYS, signed_keys(document_key("online-2", ONLINE), document_key("offline-2", OFFLINE))))
    assert laptop.refuses(SAME) is DocumentFault.UNKNOWN_KEY


def test_each_kind_goes_to_whoever_obeys_it_and_sheet_and_time_to_the_day(laptop: Trusting) -> None:
    desk = DocumentDesk(laptop.documents)
    came: list[str] = []
    for kind in (POLICY, DocumentKind.ROSTER):
        desk.on(kind, came.append)
    for kind in DocumentKind:
        if kind is not KEYS:
            desk.arrived(arrived(kind, f"a {kind}"))
    assert came == ["a visit-policy", "a visit-roster"]


def test_what_nobody_obeys_is_not_taken(laptop: Trusting) -> None:
    desk = DocumentDesk(laptop.documents)
    with pytest.raises(Untrusted):
        desk.arrived(arrived(POLICY, signed(POLICY, b"rules")))
    assert laptop.documents.in_force(POLICY) is None
