"""Verifying: whole, open or tampered; what a head vouches for, what it cannot, and where trust runs out."""

import os
import threading
from pathlib import Path

import pytest

from kiosk.audit.verdict import Verdict, Word
from kiosk.audit.verify import verify
from kiosk.errors import Unavailable
from kiosk.policy.audit import Record
from kiosk.policy.heads import Head, Start
from kiosk.policy.note import Note, sign
from tests.fakes.audit import FakeLaptop, cosigned, happening
from tests.fakes.clock import NOON

LAPTOP = FakeLaptop.number(1)
LINES = LAPTOP.lines([happening("x", {"n": n}, at_s=n) for n in range(10)])


def head(count: int) -> Note:
    return LAPTOP.head(LINES[:count])


def start(count: int) -> bytes:
    place = Head.parse(head(count).text)
    return sign(Start.at(place, NOON).text(), LAPTOP.origin, LAPTOP.secret).as_bytes()


class Case:
    """What an auditor has in hand."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def store(self, lines: list[bytes], beside: Note | None = None) -> None:
        LAPTOP.store(self.state, lines, beside)

    def note(self, name: str, raw: bytes) -> None:
        (self.state / "audit" / name).write_bytes(raw)

    def verdict(self, *given: Note) -> Verdict:
        paths = [self.state / f"given{number}.note" for number in range(len(given))]
        for path, note in zip(paths, given, strict=True):
            path.write_bytes(note.as_bytes())
        return verify(self.state / "audit" / "trail.jsonl", self.state / "audit.pub", paths)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_a_trail_that_its_head_closes_is_whole(case: Case) -> None:
    case.store(LINES, head(10))
    verdict = case.verdict()
    assert (verdict.verdict, verdict.first_seq, verdict.last_seq, verdict.vouched_seq) == (Word.WHOLE, 1, 10, 10)
    assert "a cut back to an older head would not show" in verdict.why
    assert "would not show" not in case.verdict(cosigned(head(10))).why


def test_a_tail_behind_the_head_is_open(case: Case) -> None:
    case.store(LINES, head(7))
    verdict = case.verdict()
    assert (verdict.verdict, verdict.last_seq, verdict.vouched_seq, verdict.failed_seq) == (Word.OPEN, 10, 7, None)


def test_without_any_head_nothing_is_vouched_for(case: Case) -> None:
    case.store(LINES)
    verdict = case.verdict()
    assert (verdict.verdict, verdict.vouched_seq) == (Word.OPEN, 0)
    assert "No head is signed" in verdict.why


def test_a_torn_last_record_leaves_the_tail_open(case: Case) -> None:
    case.store(LINES, head(10))
    trail = case.state / "audit" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes() + b'{"actor":"gua')
    verdict = case.verdict()
    assert (verdict.verdict, verdict.vouched_seq) == (Word.OPEN, 10)
    assert "torn" in verdict.why


def test_an_endless_last_line_is_no_torn_record(case: Case) -> None:
    case.store(LINES, head(10))
    trail = case.state / "audit" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes() + b"x" * 100_000)
    assert case.verdict().failed_seq == 11


def test_an_empty_trail_is_open_and_one_that_was_emptied_is_not(case: Case) -> None:
    case.store([], head(0))
    assert (case.verdict().verdict, case.verdict().first_seq, case.verdict().last_seq) == (Word.OPEN, None, None)
    case.store([], head(10))
    assert (case.verdict().verdict, case.verdict().failed_seq) == (Word.TAMPERED, 1)


@pytest.mark.attack("audit-changed")
def test_a_cut_with_an_older_head_shows_against_the_head_that_was_kept(case: Case) -> None:
    case.store(LINES[:6], head(6))
    assert case.verdict().verdict is Word.WHOLE
    verdict = case.verdict(cosigned(head(9)))
    assert (verdict.verdict, verdict.failed_seq, verdict.vouched_seq) == (Word.TAMPERED, 7, 6)


@pytest.mark.attack("audit-changed")
def test_a_rebuilt_trail_with_the_laptops_own_key_shows_against_the_head_that_was_kept(case: Case) -> None:
    new = LAPTOP.rechained(LINES[:3], [Record(1, "", happening("y"))] * 7)
    case.store(new, LAPTOP.head(new))
    assert case.verdict().verdict is Word.WHOLE
    verdict = case.verdict(cosigned(head(2)), cosigned(head(9)))
    assert (verdict.verdict, verdict.failed_seq, verdict.vouched_seq) == (Word.TAMPERED, 9, 2)


def test_a_cosigned_head_beside_the_trail_is_believed_too(case: Case) -> None:
    case.store(LINES[:6], head(6))
    case.note("cosigned.note", cosigned(head(8)).as_bytes())
    assert (case.verdict().verdict, case.verdict().failed_seq) == (Word.TAMPERED, 7)


@pytest.mark.attack("audit-changed")
def test_a_trail_of_another_key_fails_by_the_head_that_is_not_its_own(case: Case) -> None:
    case.store(LINES, FakeLaptop.number(2).head(LINES))
    verdict = case.verdict()
    assert (verdict.verdict, verdict.failed_seq) == (Word.TAMPERED, 10)
    assert "has not signed it" in verdict.why


def test_a_note_beside_the_trail_that_is_none_fails_by_its_name(case: Case) -> None:
    case.store(LINES)
    case.note("head.note", b"spoilt")
    verdict = case.verdict()
    assert (verdict.verdict, verdict.failed_seq) == (Word.TAMPERED, None)
    assert "head.note" in verdict.why


def test_a_trail_that_starts_where_its_start_note_says_is_whole(case: Case) -> None:
    case.store(LINES[4:], head(10))
    assert (case.verdict().verdict, case.verdict().failed_seq) == (Word.TAMPERED, 1)
    case.note("start.note", start(4))
    verdict = case.verdict()
    assert (verdict.verdict, verdict.first_seq, verdict.vouched_seq) == (Word.WHOLE, 5, 10)


def test_more_cut_than_the_start_note_says_is_missing(case: Case) -> None:
    case.store(LINES[5:], head(10))
    case.note("start.note", start(4))
    assert (case.verdict().verdict, case.verdict().failed_seq) == (Word.TAMPERED, 5)


def test_records_that_a_crash_kept_from_being_removed_are_believed_if_they_lead_to_the_start(case: Case) -> None:
    case.store(LINES[2:], head(10))
    case.note("start.note", start(4))
    assert (case.verdict().verdict, case.verdict().first_seq) == (Word.WHOLE, 3)
    case.store([LINES[2].replace(b'"n":2', b'"n":7'), *LINES[3:]], head(10))
    case.note("start.note", start(4))
    assert (case.verdict().verdict, case.verdict().failed_seq) == (Word.TAMPERED, 3)


def test_records_that_are_removed_while_the_trail_is_read_are_no_tampering(case: Case) -> None:
    case.store([], head(10))
    trail = case.state / "audit" / "trail.jsonl"
    trail.unlink()
    os.mkfifo(trail)  # the trail is read when the test lets it be, behind the notes
    kept = b"".join(line + b"\n" for line in LINES[4:])

    def guard() -> None:
        with trail.open("wb") as file:
            case.note("start.note", start(4))
            trail.unlink()
            trail.write_bytes(kept)
            file.write(kept)

    writing = threading.Thread(target=guard, daemon=True)
    writing.start()
    verdict = case.verdict()
    writing.join()
    assert (verdict.verdict, verdict.first_seq) == (Word.WHOLE, 5)


def test_a_head_of_records_that_were_removed_cannot_be_compared_and_is_not_called_whole(case: Case) -> None:
    case.store(LINES[4:], head(10))
    case.note("start.note", start(4))
    assert case.verdict(cosigned(head(4))).verdict is Word.WHOLE
    verdict = case.verdict(cosigned(head(3)))
    assert (verdict.verdict, verdict.failed_seq) == (Word.OPEN, None)
    assert "cannot be compared" in verdict.why


def test_a_start_that_does_not_fit_a_head_fails(case: Case) -> None:
    forged = sign(Start(LAPTOP.origin, 4, "00" * 32, "2026-11-22T12:00:00.000Z").text(), LAPTOP.origin, LAPTOP.secret)
    case.store(LINES[4:], head(10))
    case.note("start.note", forged.as_bytes())
    assert (case.verdict().verdict, case.verdict().failed_seq) == (Word.TAMPERED, 5)


def test_where_no_head_can_judge_the_earlier_of_two_that_do_not_fit_is_named(case: Case) -> None:
    edited = [*LINES[:4], LINES[4].replace(b'"n":4', b'"n":5'), *LINES[5:]]
    case.store(edited, head(2))
    assert (case.verdict().failed_seq, case.verdict().vouched_seq) == (5, 2)


def test_a_record_that_a_head_vouches_for_is_not_the_one_that_is_named(case: Case) -> None:
    other = FakeLaptop.number(1).rechained([b"x"] * 5, [Record(1, "", happening("y"))] * 5)[5:]
    case.store([*LINES[:5], *other], head(5))
    assert (case.verdict().failed_seq, case.verdict().vouched_seq) == (6, 5)


def test_what_cannot_be_read_behind_a_head_that_is_not_met_changes_nothing(case: Case) -> None:
    new = LAPTOP.rechained(LINES[:3], [Record(1, "", happening("y"))] * 5)
    case.store([*new, b"spoilt"], head(6))
    assert case.verdict().failed_seq == 6


def test_a_false_signature_in_the_keys_name_is_no_signature(case: Case) -> None:
    name, key_id, _ = head(10).signatures[0]
    case.store(LINES, Note(head(10).text, ((name, key_id, bytes(64)),)))
    assert (case.verdict().verdict, case.verdict().failed_seq) == (Word.TAMPERED, 10)


def test_a_record_nested_too_deep_is_none(case: Case) -> None:
    deep = LINES[9].replace(b'{"n":9}', b'{"n":' + b"[" * 40 + b"]" * 40 + b"}")
    case.store([*LINES[:9], deep], head(9))
    assert (case.verdict().failed_seq, case.verdict().vouched_seq) == (10, 9)


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("audit.pub", None, r"The key .* cannot be read: No such file"),
        ("audit.pub", b"not a key", "is not the public key of an audit trail"),
        ("audit.pub", b"a+00000000+AQ==", "is not the public key of an audit trail"),
        ("audit.pub", b"\xff", "is not the public key of an audit trail"),
        ("audit/trail.jsonl", None, r"The audit trail .* cannot be read: No such file"),
        ("given.note", None, r"The note .* cannot be read: No such file"),
        ("given.note", b"\xff", "not a signed note"),
        ("given.note", b"text\n\nno signature\n", "not a signed note"),
        ("given.note", b"text\n\n", "not a signed note"),
        ("given.note", "text\n\n— name AAAAA\n".encode(), "not a signed note"),
        ("given.note", "text\n\n— name AAAA\n".encode(), "is not a signed head of an audit trail"),
    ],
)
def test_a_file_that_is_missing_or_of_the_wrong_kind_is_one_sentence(
    case: Case, name: str, raw: bytes | None, says: str
) -> None:
    case.store(LINES, head(10))
    given = case.state / "given.note"
    given.write_bytes(head(10).as_bytes())
    path = case.state / name
    path.unlink() if raw is None else path.write_bytes(raw)
    with pytest.raises(Unavailable, match=says):
        verify(case.state / "audit" / "trail.jsonl", case.state / "audit.pub", [given])


def test_a_head_that_was_given_and_that_the_key_has_not_signed_fails(case: Case) -> None:
    case.store(LINES, head(10))
    verdict = case.verdict(FakeLaptop.number(2).head(LINES[:8]))
    assert (verdict.verdict, verdict.failed_seq) == (Word.TAMPERED, 8)
