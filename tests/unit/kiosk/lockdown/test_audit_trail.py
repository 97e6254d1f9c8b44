"""The audit trail as the guard uses it: order, times, heads, co-signatures, retention, what it says after a crash."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.audit.verdict import Verdict, Word
from kiosk.audit.verify import verify
from kiosk.errors import LockdownError, Unavailable, Untrusted
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.policy.heads import Head
from kiosk.policy.note import Note, sign
from tests.fakes.audit import BOOT, ORIGIN, FakeAuditClock, FakeLaptop, cosigned
from tests.fakes.clock import NOON

Opens = Callable[[], AuditTrail]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def opens(state: Path) -> Iterator[Opens]:
    """Opens the trail in `state`; whatever is still open at the end is closed."""
    opened: list[AuditTrail] = []
    clock = FakeAuditClock()

    def go() -> AuditTrail:
        for trail in opened:
            trail.close()
        opened.append(AuditTrail.open(state, origin=ORIGIN, clock=clock, boot_id=BOOT, reserve_bytes=4096))
        return opened[-1]

    yield go
    for trail in opened:
        trail.close()
    assert "write the audit trail" not in {thread.name for thread in threading.enumerate()}


def records(state: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (state / "audit" / "trail.jsonl").read_bytes().splitlines()]


def verdict(state: Path, *heads: Path) -> Verdict:
    return verify(state / "audit" / "trail.jsonl", state / "audit.pub", heads)


def snapshot(state: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(state.rglob("*")) if path.is_file()}


def test_a_new_trail_begins_with_keys_that_are_private_and_a_signed_head(state: Path, opens: Opens) -> None:
    opens()
    assert (state / "audit.key").stat().st_mode & 0o777 == 0o600
    assert (state / "audit").stat().st_mode & 0o777 == 0o700
    assert verdict(state).why == "There is no record yet."


def test_records_have_the_order_and_the_time_of_their_call(state: Path, opens: Opens) -> None:
    trail = opens()
    seqs = [trail.record("held", {"n": n}, actor="officer o1") for n in range(50)]
    assert [seq.result(5) for seq in seqs] == list(range(1, 51))
    found = records(state)
    assert [record["data"]["n"] for record in found] == list(range(50))
    assert [record["mono_ns"] for record in found[:2]] == ["6000000000", "7000000000"]
    assert found[0]["wall"] == "2026-11-22T12:00:01.000Z"
    assert (found[0]["actor"], found[0]["boot_id"]) == ("officer o1", BOOT)


async def test_what_opens_waits_until_it_is_recorded(state: Path, opens: Opens) -> None:
    seq = await opens().recorded("devices_opened", {"booking_id": "b1"})
    assert records(state)[seq - 1]["event"] == "devices_opened"


def test_data_that_is_changed_after_the_call_is_recorded_as_it_was(state: Path, opens: Opens) -> None:
    trail, data = opens(), {"n": 1}
    done = trail.record("x", data)
    data["n"] = 2
    done.result(5)
    assert records(state)[0]["data"] == {"n": 1}


def test_a_record_that_cannot_be_written_down_fails_alone(state: Path, opens: Opens) -> None:
    trail = opens()
    trail.record("one")
    bad = trail.record("note_written", {"text": "\ud800"})
    good = trail.record("two")
    with pytest.raises(ValueError, match="surrogate"):
        bad.result(5)
    assert good.result(5) == 2


def test_a_closed_trail_is_whole_and_closing_is_safe_twice(state: Path, opens: Opens) -> None:
    trail = opens()
    for _ in range(3):
        trail.record("shell_started")
    trail.close()
    trail.close()
    assert verdict(state).verdict is Word.WHOLE
    assert trail.head() == (state / "audit" / "head.note").read_bytes()
    with pytest.raises(Unavailable, match="closed"):
        trail.record("late").result(5)


def test_a_trail_goes_on_where_it_ended(state: Path, opens: Opens) -> None:
    opens().record("guard_started").result(5)
    assert opens().record("guard_started").result(5) == 2
    opens()
    assert (verdict(state).verdict, verdict(state).last_seq) == (Word.WHOLE, 2)


def test_a_second_guard_cannot_write_the_same_trail(state: Path, opens: Opens) -> None:
    opens()
    with pytest.raises(LockdownError, match="another guard"):
        AuditTrail.open(state, origin=ORIGIN, clock=FakeAuditClock())


def test_what_is_cancelled_before_it_is_written_opens_nothing_but_what_closes_is_written(
    state: Path, opens: Opens
) -> None:
    trail = opens()
    done = trail.record("devices_shut")
    done.cancel()
    trail.close()
    assert [record["event"] for record in records(state)] == ["devices_shut"]


async def test_an_answer_that_does_not_come_is_unavailable(opens: Opens) -> None:
    trail = opens()
    with pytest.raises(Unavailable, match="in time"):
        await trail.recorded("devices_opened", within_s=0)


def crash(state: Path, torn: bytes) -> None:
    """Leave a trail as a crash would: a torn record behind the last."""
    with (state / "audit" / "trail.jsonl").open("ab") as file:
        file.write(torn)


@pytest.mark.parametrize("torn", [b"{", b'{"actor":"guard","boot_id":"' + b"x" * 500, b"\0" * 4096])
def test_a_torn_last_record_is_put_aside_and_said(state: Path, opens: Opens, torn: bytes) -> None:
    opens().record("guard_started").result(5)
    opens().close()
    crash(state, torn)
    opens().close()
    last = records(state)[-1]
    assert (last["event"], last["seq"], last["data"]["torn_bytes"]) == ("trail_recovered", 2, len(torn))
    assert (state / "audit" / last["data"]["kept_as"]).read_bytes() == torn
    assert verdict(state).verdict is Word.WHOLE


def test_records_that_no_head_was_signed_for_are_kept_and_said(state: Path, opens: Opens) -> None:
    trail = opens()
    trail.record("one").result(5)
    trail.close()
    older = trail.head()
    trail = opens()
    trail.record("two")
    trail.close()
    (state / "audit" / "head.note").write_bytes(older)
    opens().close()
    assert [record["event"] for record in records(state)] == ["one", "two", "trail_recovered"]
    assert records(state)[-1]["data"] == {"torn_bytes": 0, "unsigned": 1}


def trail_of_three(state: Path, opens: Opens) -> None:
    trail = opens()
    for event in ("one", "two", "three"):
        trail.record(event)
    trail.close()


def cut(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"two"', b'"zwo"'))


def spoil(path: Path) -> None:
    path.write_bytes(b"\x00\xffspoilt")


def begin_again(path: Path) -> None:
    path.write_bytes(b"x\n" + path.read_bytes())


def overlong(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x" * 100_000)


def show_to_all(path: Path) -> None:
    path.chmod(0o644)


def strange_head(path: Path) -> None:
    laptop = FakeLaptop.number(3)
    path.write_bytes(laptop.head([]).as_bytes())


def not_a_head(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n3\n", b"\nthree\n"))


def sign_anew(path: Path, text: str) -> None:
    """Put a note there that the laptop's own key has signed."""
    secret = load_pem_private_key((path.parents[1] / "audit.key").read_bytes(), None)
    assert isinstance(secret, Ed25519PrivateKey)
    path.write_bytes(sign(text, ORIGIN, secret).as_bytes())


def another_hash(path: Path) -> None:
    sign_anew(path, Head(ORIGIN, 3, "00" * 32).text())


@pytest.mark.parametrize(
    ("name", "harm", "says"),
    [
        ("audit/trail.jsonl", Path.unlink, "is missing"),
        ("audit/trail.jsonl", cut, "is cut: record 3 was signed, and it ends at 1"),
        ("audit/trail.jsonl", edit, "damaged at record 3"),
        ("audit/trail.jsonl", begin_again, "damaged at record 1"),
        ("audit/trail.jsonl", overlong, "damaged at record 4"),
        ("audit/head.note", Path.unlink, "is missing"),
        ("audit/head.note", spoil, "is not what this laptop signed"),
        ("audit/head.note", strange_head, "is not what this laptop signed"),
        ("audit/head.note", not_a_head, "is not what this laptop signed"),
        ("audit/head.note", another_hash, "damaged at record 3"),
        (
            "audit/head.note",
            lambda path: sign_anew(path, "laptop.example/w1\nno head\n"),
            "is not what this laptop signed",
        ),
        (
            "audit/start.note",
            lambda path: sign_anew(path, "laptop.example/w1\nno start\n"),
            "not what this laptop signed",
        ),
        ("audit/cosigned.note", spoil, "is not what this laptop signed"),
        ("audit.key", Path.unlink, "private key .* is missing"),
        ("audit.key", spoil, "cannot be read"),
        ("audit.key", show_to_all, "can be read by others"),
        ("audit.pub", Path.unlink, "public key .* is missing"),
        ("audit.pub", spoil, "cannot be read"),
    ],
)
def test_anything_else_that_is_wrong_is_one_sentence_and_nothing_is_changed(
    state: Path, opens: Opens, name: str, harm: Callable[[Path], None], says: str
) -> None:
    trail_of_three(state, opens)
    harm(state / name)
    before = snapshot(state)
    with pytest.raises(LockdownError, match=says) as told:
        opens()
    assert "\n" not in str(told.value)
    assert snapshot(state) == before


def test_a_trail_of_another_laptop_is_refused(state: Path, opens: Opens) -> None:
    trail_of_three(state, opens)
    with pytest.raises(LockdownError, match="not this laptop's pair"):
        AuditTrail.open(state, origin="laptop.example/w2", clock=FakeAuditClock())


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LockdownError, match="cannot be opened"):
        AuditTrail.open(tmp_path / "file" / "state", origin=ORIGIN, clock=FakeAuditClock())


def test_a_beginning_that_a_crash_cut_short_is_begun_again(state: Path, opens: Opens) -> None:
    opens().close()
    (state / "audit.key").unlink()
    assert opens().record("guard_started").result(5) == 1


def test_the_last_cosigned_head_is_kept_and_an_older_one_is_not(state: Path, opens: Opens) -> None:
    trail = opens()
    trail.record("one")
    trail.close()
    first = Note.parse(trail.head())
    trail = opens()
    trail.record("two").result(5)
    second = settled_head(trail, 2)
    assert trail.cosigned(cosigned(second).as_bytes()).result(5) == 2
    assert trail.cosigned(cosigned(first).as_bytes()).result(5) == 1
    trail.close()
    assert Note.parse((state / "audit" / "cosigned.note").read_bytes()) == cosigned(second)
    assert Note.parse((state / "audit" / "head.note").read_bytes()) == cosigned(second)
    assert verdict(state, state / "audit" / "cosigned.note").verdict is Word.WHOLE


def settled_head(trail: AuditTrail, seq: int) -> Note:
    """The head for `seq`, once the thread has signed it: a job behind the record waits for that."""
    trail.keep_since(NOON - timedelta(days=1)).result(5)
    note = Note.parse(trail.head())
    assert note.text.split("\n")[1] == str(seq)
    return note


@pytest.mark.parametrize(
    "note",
    [
        b"nothing",
        FakeLaptop.number(3).head([]).as_bytes(),
        cosigned(FakeLaptop.number(3).head([])).as_bytes(),
    ],
)
def test_a_note_that_is_not_our_head_with_another_signature_is_not_kept(opens: Opens, note: bytes) -> None:
    trail = opens()
    with pytest.raises(Untrusted):
        trail.cosigned(note)
    with pytest.raises(Untrusted):
        trail.cosigned(trail.head())


def test_a_trail_cut_before_a_cosigned_head_does_not_open(state: Path, opens: Opens) -> None:
    trail = opens()
    trail.record("one").result(5)
    older = settled_head(trail, 1)
    trail.record("two").result(5)
    trail.cosigned(cosigned(settled_head(trail, 2)).as_bytes()).result(5)
    trail.close()
    cut(state / "audit" / "trail.jsonl")
    (state / "audit" / "head.note").write_bytes(older.as_bytes())
    with pytest.raises(LockdownError, match="is cut"):
        opens()


def test_old_records_are_removed_and_the_rest_can_still_be_verified(state: Path, opens: Opens) -> None:
    trail = opens()
    for n in range(10):
        trail.record("x", {"n": n}).result(5)
    fifth = NOON + timedelta(seconds=5)
    assert trail.keep_since(fifth).result(5) == 4
    assert trail.record("y").result(5) == 12
    trail.close()
    found = records(state)
    assert [record["seq"] for record in found] == list(range(5, 13))
    assert found[-2]["event"] == "records_removed"
    assert found[-2]["data"] == {"first": 1, "last": 4, "before": "2026-11-22T12:00:05.000Z"}
    assert (verdict(state).verdict, verdict(state).first_seq, verdict(state).last_seq) == (Word.WHOLE, 5, 12)
    opens().close()
    assert verdict(state).verdict is Word.WHOLE


def test_retention_keeps_the_record_of_the_last_cosigned_head_and_the_last_record(state: Path, opens: Opens) -> None:
    trail = opens()
    trail.record("one").result(5)
    trail.record("two").result(5)
    head = cosigned(settled_head(trail, 2)).as_bytes()
    trail.cosigned(head).result(5)
    trail.record("three").result(5)
    assert trail.keep_since(NOON + timedelta(days=1)).result(5) == 1
    trail.close()
    assert [record["seq"] for record in records(state)] == [2, 3, 4]
    (state / "kept").write_bytes(head)
    assert verdict(state, state / "kept").verdict is Word.WHOLE


def test_nothing_to_remove_changes_nothing(state: Path, opens: Opens) -> None:
    trail = opens()
    assert trail.keep_since(NOON).result(5) == 0
    trail.record("one").result(5)
    assert trail.keep_since(NOON + timedelta(days=1)).result(5) == 0
    trail.close()
    assert not (state / "audit" / "start.note").exists()


def test_a_crash_between_the_start_note_and_the_removal_leaves_a_trail_that_opens(state: Path, opens: Opens) -> None:
    trail = opens()
    for n in range(6):
        trail.record("x", {"n": n}).result(5)
    trail.close()
    before = (state / "audit" / "trail.jsonl").read_bytes()
    trail = opens()
    assert trail.keep_since(NOON + timedelta(seconds=4)).result(5) == 3
    trail.close()
    removed = before.splitlines(keepends=True)[:3]
    now = (state / "audit" / "trail.jsonl").read_bytes()
    (state / "audit" / "trail.jsonl").write_bytes(b"".join(removed[1:]) + now)
    assert (verdict(state).verdict, verdict(state).first_seq) == (Word.WHOLE, 2)
    trail = opens()
    assert trail.keep_since(NOON + timedelta(seconds=4)).result(5) == 2
    trail.close()
    assert verdict(state).verdict is Word.WHOLE


def test_a_trail_whose_beginning_is_cut_behind_its_start_does_not_open(state: Path, opens: Opens) -> None:
    trail = opens()
    for n in range(6):
        trail.record("x", {"n": n}).result(5)
    trail.keep_since(NOON + timedelta(seconds=4)).result(5)
    trail.close()
    path = state / "audit" / "trail.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    with pytest.raises(LockdownError, match="damaged at record 4"):
        opens()
    assert verdict(state).failed_seq == 4
    begin_again(path)
    with pytest.raises(LockdownError, match="damaged at record 4"):
        opens()


def test_the_kernels_own_boot_id_is_taken_when_none_is_given(state: Path) -> None:
    trail = AuditTrail.open(state, origin=ORIGIN, clock=FakeAuditClock(), reserve_bytes=4096)
    trail.record("guard_started")
    trail.close()
    assert len(records(state)[0]["boot_id"]) == 36


@pytest.mark.slow
async def test_many_at_once_are_all_recorded(state: Path, opens: Opens) -> None:
    trail = opens()
    found = await asyncio.gather(*(trail.recorded("x", {"n": n}) for n in range(1500)))
    assert sorted(found) == list(range(1, 1501))
